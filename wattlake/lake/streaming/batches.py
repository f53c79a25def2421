"""Batches: the messages that one commit takes, and what became of them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

import pyarrow as pa

from wattlake.lake.sql import Connection, materialized
from wattlake.lake.streaming.messages import Event, Message, Position, Price, WeatherAlert
from wattlake.lake.times import naive_utc

SOURCE = "meter_events"
"""The source whose landings are batches: its rows go to ``bronze.meter_events``."""

LICENCE = "the members' own data"

Other = TypeVar("Other", Price, WeatherAlert)

ROWS = pa.schema(
    [(name, pa.string()) for name in Event._fields]
    + [("refusal", pa.string()), ("payload", pa.string()), ("_topic", pa.string())]
    + [(name, pa.int64()) for name in ("_partition", "_offset", "_row")]
    + [("_received_at_utc", pa.timestamp("us"))]
)


class Batch(NamedTuple):
    """Messages that are committed together, in the order of each partition.

    Attributes:
        messages: as the broker gave them, without gaps but those of the broker.
        rows: of bronze: one for each value of a meter, or each message that could not be read; as an Arrow table.
        refusals: why a message could not be read, by its place in ``messages``.
        after: the number that the consumer took to come next, by partition; none of partitions new to it. The broker
            may have left some out before the first message.
        topic_ids: the broker's ids of the topics, where it has them.
        waiting: messages that the broker had besides, as far as it told.
        others: the prices or warnings that a message tells, by its place in ``messages``.
    """

    messages: Sequence[Message]
    rows: pa.Table
    refusals: Mapping[int, str]
    after: Mapping[Position, int] = {}
    topic_ids: Mapping[str, str] = {}
    waiting: int = 0
    others: Mapping[int, Sequence[Price | WeatherAlert]] = {}

    def of_kind(self, kind: type[Other]) -> list[Other]:
        """List the prices, or the warnings, in the order of their messages."""
        return [row for _, rows in sorted(self.others.items()) for row in rows if isinstance(row, kind)]

    def next_offsets(self) -> dict[Position, int]:
        """Give the number of the message that comes next, by partition."""
        return {message.position: message.offset + 1 for message in self.messages}

    def first_offsets(self) -> dict[Position, int]:
        """Give the number of the first message, by partition."""
        first: dict[Position, int] = {}
        for message in self.messages:
            first.setdefault(message.position, message.offset)
        return first


class Committed(NamedTuple):
    """What one commit did.

    Attributes:
        landing_id: the landing of ``meter_events`` that the batch is.
        messages: messages of the batch.
        refused: those that could not be read.
        events: values that they told.
        quarantined: values that cannot be.
        repeated: values that were known.
        superseded: values that a later one of the same meter, time, quantity and direction replaced.
        late: values of windows that were closed.
        windows: rows of ``gold.window_5min`` that were made anew, as an Arrow table.
        alerts: rows of ``gold.live_alert`` that began or ended, as an Arrow table; none where no rule was broken.
        newest_event_utc: the latest end of an event that the stream has had; UTC without an offset.
        watermark_utc: windows that end by then are closed; UTC without an offset.
    """

    landing_id: int
    messages: int
    refused: int
    events: int
    quarantined: int
    repeated: int
    superseded: int
    late: int
    windows: pa.Table
    alerts: pa.Table | None
    newest_event_utc: datetime | None
    watermark_utc: datetime | None


def batch_of(messages: Sequence[Message], events: Mapping[int, Sequence[Event]], refusals: Mapping[int, str]) -> Batch:
    """Make a batch of messages and what they tell of meters, or why they could not be read.

    Args:
        messages: in the order of each partition.
        events: what each message tells, by its place in ``messages``; none where it tells nothing of a meter.
        refusals: why a message could not be read, by its place in ``messages``.
    """
    rows: list[tuple[object, ...]] = []
    for number, message in enumerate(messages):
        at = (message.topic, message.partition, message.offset)
        received_at = naive_utc(message.received_at_utc)
        if number in refusals:
            text = message.payload.decode("utf-8", "backslashreplace").replace("\0", "\\x00")
            rows.append((*(None,) * len(Event._fields), refusals[number], text, *at, 0, received_at))
            continue
        for row, event in enumerate(events.get(number, ())):
            rows.append((*event, None, None, *at, row, received_at))
    columns = zip(*rows, strict=True) if rows else ((),) * len(ROWS)
    arrays = [pa.array(cells, kind) for cells, kind in zip(columns, ROWS.types, strict=True)]
    return Batch(messages, pa.Table.from_arrays(arrays, schema=ROWS), refusals)


def insert_rows(connection: Connection, batches: Iterable[tuple[pa.Table, int, datetime]]) -> int:
    """Insert batches' rows into bronze; keep them as the table ``event_row``, and count them.

    Args:
        connection: with the lake as its current database, in a transaction.
        batches: the rows of each, its landing, and when it was committed, as the lake stores instants.
    """
    tables = [
        rows.append_column("_landing_id", pa.repeat(pa.scalar(landing_id, pa.int64()), rows.num_rows)).append_column(
            "_fetched_at_utc", pa.repeat(pa.scalar(committed_at, pa.timestamp("us")), rows.num_rows)
        )
        for rows, landing_id, committed_at in batches
    ]
    rows_of_all = pa.concat_tables(tables)
    connection.register("batch_rows", rows_of_all)
    materialized(connection, "event_row", "select * from batch_rows")
    connection.execute(f"insert into bronze.{SOURCE} by name from event_row")
    return int(rows_of_all.num_rows)
