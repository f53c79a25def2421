"""Meters that speak in a rhythm, in several quantities: batch by batch, windows are those of all events."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import duckdb
import pytest

from harness.lake_steps import plain_tables
from tests.support.full import IS_FULL
from tests.support.stream_reckoning import Told, windows
from tests.support.streams import batch_of
from wattlake.lake.streaming.events import take_events
from wattlake.lake.streaming.messages import Event
from wattlake.lake.streaming.windows import replace_windows

FIRST = datetime(2026, 11, 29, 22, tzinfo=UTC)
UNITS = {"energy": "Wh", "power": "W", "total": "Wh"}
STEPS_MS = (20_017, 60_000, 100_001, 200_017, 300_000, 450_000)
SEEDS = range(300 if IS_FULL else 24)


@pytest.fixture(scope="module")
def tables() -> Iterator[duckdb.DuckDBPyConnection]:
    """The plain tables that batches are taken into."""
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'; set threads = 1")
    plain_tables(connection)
    yield connection
    connection.close()


@pytest.mark.parametrize("seed", SEEDS)
def test_batches_make_the_windows_of_all_events_at_once(tables: duckdb.DuckDBPyConnection, seed: int):
    chance = random.Random(seed)
    for table in ("silver.meter_event", "gold.window_5min"):
        tables.execute(f"delete from {table}")
    events = list(spoken(chance))
    taken = 0
    while taken < len(events):
        batch = events[taken : taken + chance.randint(1, 30)]
        take(tables, batch, first_offset=taken)
        taken += len(batch)
    assert written(tables) == windows(events)


def spoken(chance: random.Random) -> Iterator[Told]:
    """What two meters say in one rhythm, with holes; of some seeds a few of it later than the rest."""
    step_ms, share_of_periods, late = chance.choice(STEPS_MS), chance.choice([0, 0, 0.4, 1]), chance.choice([0, 0, 0.2])
    held_back = []
    for number in range(chance.choice([20, 40, 80])):
        for meter in "ab":
            if chance.random() < 0.25:
                continue
            if chance.random() < share_of_periods:
                seconds = chance.choice([60, 60, 300, 301, 900, 3600])
                event = Told(meter, "energy", number * step_ms * 3, seconds, chance.randint(0, 5000))
            else:
                quantity = chance.choice(["power", "power", "power", "total"])
                event = Told(meter, quantity, number * step_ms, 0, chance.randint(0, 5000))
            if chance.random() < late:
                held_back.append(event)
            else:
                yield event
    yield from held_back


def take(connection: duckdb.DuckDBPyConnection, events: list[Told], *, first_offset: int) -> None:
    """Take events into silver and windows, as a commit does."""
    batch = batch_of(map(as_sent, events), first_offset=first_offset, received=FIRST + timedelta(hours=60))
    connection.register("batch_rows", batch.rows)
    connection.execute(
        "create or replace temp table event_row as select *, ?::bigint as _landing_id, "
        "timestamp '2026-11-30' as _fetched_at_utc from batch_rows",
        [first_offset + 1],
    )
    take_events(connection)
    replace_windows(connection)


def as_sent(event: Told) -> Event:
    """Give the event as its message says it."""
    time = (FIRST + timedelta(milliseconds=event.at_ms)).isoformat()
    seconds = str(event.seconds) if event.seconds else None
    value, unit = str(event.value), UNITS[event.quantity]
    return Event(event.meter_id, None, time, seconds, event.quantity, value, unit, None, None)


def written(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, int], tuple[int, int, int]]:
    """Give the windows as the reckoning has them."""
    rows = connection.execute(
        f"select meter_id, epoch_ms(period_start_utc) - epoch_ms(timestamp '{FIRST:%Y-%m-%d %H:%M}'), "
        "cast(units(energy_kwh) as bigint), covered_seconds, event_count from gold.window_5min"
    )
    return {row[:2]: row[2:] for row in rows.fetchall()}
