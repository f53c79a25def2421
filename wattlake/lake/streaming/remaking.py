"""Typed events and windows are made again from bronze, by the steps that made them."""

from collections.abc import Iterator

from wattlake.lake.sql import Connection
from wattlake.lake.store.lake import Lake
from wattlake.lake.streaming.batches import SOURCE
from wattlake.lake.streaming.events import take_events
from wattlake.lake.streaming.windows import replace_windows

ROWS_AT_ONCE = 1_000_000


def remake(lake: Lake) -> int:
    """Make typed events, their quarantine and the windows anew from bronze; count its rows.

    It is one transaction: who reads sees what was there until all is made.
    """

    def step(connection: Connection) -> int:
        for table in ("silver.meter_event", "quarantine.meter_event", "gold.window_5min"):
            connection.execute(f"delete from {table}")
        rows = 0
        for first, last, rows_of_chunk in list(_chunks(connection)):
            connection.execute(
                f"create or replace temp table event_row as from bronze.{SOURCE} "
                f"where _landing_id between {first} and {last}"
            )
            take_events(connection)
            replace_windows(connection)
            rows += rows_of_chunk
        return rows

    return lake.write(step, lock=SOURCE)


def _chunks(connection: Connection) -> Iterator[tuple[int, int, int]]:
    """Group landings, in order, to chunks of bounded rows: the first, the last, their rows."""
    landings = connection.execute(
        f"select _landing_id, count(*) from bronze.{SOURCE} group by all order by all"
    ).fetchall()
    first, rows = None, 0
    for landing_id, rows_of_landing in landings:
        first, rows = first or landing_id, rows + rows_of_landing
        if rows >= ROWS_AT_ONCE or landing_id == landings[-1][0]:
            yield first, landing_id, rows
            first, rows = None, 0
