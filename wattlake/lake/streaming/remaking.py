"""Typed events and windows are made again from bronze, by the steps that made them."""

from collections.abc import Iterator
from typing import NamedTuple

from wattlake.lake.sql import Connection
from wattlake.lake.streaming.batches import SOURCE
from wattlake.lake.streaming.events import take_events
from wattlake.lake.streaming.windows import replace_windows

ROWS_AT_ONCE = 1_000_000
MADE = ("silver.meter_event", "quarantine.meter_event", "gold.window_5min")
"""The tables that follow from bronze and the register, and from nothing else."""


class Part(NamedTuple):
    """A part of the meters, as conditions on bronze, on quarantine, and on what has a meter."""

    of_bronze: str = "true"
    of_quarantine: str = "true"
    of_meters: str = "true"


ALL = Part()


def remake_part(connection: Connection, part: Part = ALL) -> int:
    """Make anew what follows of a part of the meters; count the rows of bronze that were read."""
    for table in MADE:
        condition = part.of_quarantine if table.startswith("quarantine.") else part.of_meters
        connection.execute(f"delete from {table} where {condition}")
    rows = 0
    for first, last, rows_of_chunk in list(_chunks(connection, part)):
        connection.execute(
            f"create or replace temp table event_row as from bronze.{SOURCE} "
            f"where _landing_id between {first} and {last} and {part.of_bronze}"
        )
        take_events(connection)
        replace_windows(connection)
        rows += rows_of_chunk
    return rows


def _chunks(connection: Connection, part: Part) -> Iterator[tuple[int, int, int]]:
    """Group landings, in order, to chunks of bounded rows: the first, the last, their rows."""
    landings = connection.execute(
        f"select _landing_id, count(*) from bronze.{SOURCE} where {part.of_bronze} group by all order by all"
    ).fetchall()
    first, rows = None, 0
    for landing_id, rows_of_landing in landings:
        first, rows = first or landing_id, rows + rows_of_landing
        if rows >= ROWS_AT_ONCE or landing_id == landings[-1][0]:
            yield first, landing_id, rows
            first, rows = None, 0
