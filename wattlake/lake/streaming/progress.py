"""Progress: how far a stream has come, by the lake, before a batch."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from wattlake.lake.landing.payloads import next_landing_id
from wattlake.lake.sql import Connection, scalar
from wattlake.lake.streaming.batches import SOURCE
from wattlake.lake.streaming.messages import Position
from wattlake.lake.streaming.offsets import of_stream, stored_offsets, stored_topic_ids
from wattlake.lake.streaming.watermark import newest_batch

OTHERS = """
select
    (select count(*) from ops.stream_offset where stream_name <> ?)
    + (select count(*) from ops.stream_series where stream_name <> ?)
"""


class Progress(NamedTuple):
    """How far a stream has come.

    Attributes:
        offsets: the number of the message that comes next, by partition.
        topic_ids: the broker's ids of the topics, where it has them.
        landing_id: the newest landing of any stream.
        newest_event_utc: the latest end of an event that this one has had; UTC without an offset.
        watermark_utc: windows that end by then are closed; UTC without an offset.
        is_alone: whether the lake has no other stream.
    """

    offsets: Mapping[Position, int]
    topic_ids: Mapping[str, str]
    landing_id: int
    newest_event_utc: datetime | None
    watermark_utc: datetime | None
    is_alone: bool

    def own_rows(self, stream_name: str) -> str:
        """Write the condition of the rows to be replaced in a table of all streams.

        A condition that leaves none out is not written: it costs a look at each column's bounds in the catalog.
        """
        return "" if self.is_alone else of_stream(stream_name)


def read_progress(connection: Connection, stream_name: str) -> Progress:
    """Read how far a stream has come."""
    return Progress(
        stored_offsets(connection, stream_name),
        stored_topic_ids(connection, stream_name),
        next_landing_id(connection, SOURCE) - 1,
        *newest_batch(connection, stream_name),
        is_alone=not scalar(connection, OTHERS, [stream_name, stream_name]),
    )
