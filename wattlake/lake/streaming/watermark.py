"""Watermarks: up to when a stream's windows are closed, and which events were late."""

from datetime import datetime, timedelta
from typing import NamedTuple

from wattlake.lake.contracts.gold.live import WINDOW_MINUTES
from wattlake.lake.sql import Connection

WINDOW = f"interval {WINDOW_MINUTES} minutes"
ENDS = "event_at_utc + to_seconds(coalesce(period_seconds, 0))"


class Watermark(NamedTuple):
    """How far a stream has come in the time of its events.

    Attributes:
        newest_event_utc: the latest end of an event, up to its receipt; UTC without an offset.
        watermark_utc: windows that end by then are closed.
        late: events of a batch whose window was closed before it.
    """

    newest_event_utc: datetime | None
    watermark_utc: datetime | None
    late: int


def watermark_after(
    connection: Connection, newest: datetime | None, closed: datetime | None, *, lateness: timedelta
) -> Watermark:
    """Find how far a stream has come with the events of the table ``outcome``.

    Args:
        connection: in the transaction of a batch.
        newest: the latest end of an event before.
        closed: the watermark before.
        lateness: windows stay open so long.
    """
    ((of_batch, late),) = connection.execute(
        f"""
        select
            max(least({ENDS}, received_at_utc)),
            count(*) filter (
                not is_repeated and time_bucket({WINDOW}, event_at_utc) + {WINDOW} <= ?
            )
        from outcome
        where is_fresh
        """,
        [closed],
    ).fetchall()
    newest = max(filter(None, (newest, of_batch)), default=None)
    # The watermark never goes back, also where the lateness is set anew.
    reached = max(filter(None, (closed, newest - lateness if newest else None)), default=None)
    return Watermark(newest, reached, late)


def newest_batch(connection: Connection, stream_name: str) -> tuple[datetime | None, datetime | None]:
    """Read the newest event and the watermark of a stream's newest batch."""
    rows = connection.execute(
        """
        select newest_event_utc, watermark_utc from ops.stream_batch
        where landing_id = (select max(landing_id) from ops.stream_offset where stream_name = ?)
        """,
        [stream_name],
    ).fetchall()
    return rows[0] if rows else (None, None)
