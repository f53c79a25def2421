"""However events come, the windows are those of all of them taken at once, and those that fractions give."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.full import IS_FULL
from tests.support.origins import MADE, Origins
from tests.support.stream_reckoning import Told, windows
from tests.support.streams import STREAM, batch_of
from wattlake.lake.store.lake import Lake
from wattlake.lake.streaming.batches import SOURCE
from wattlake.lake.streaming.commit import commit_batch
from wattlake.lake.streaming.messages import Event
from wattlake.lake.streaming.offsets import stored_offsets
from wattlake.lake.streaming.remaking import remake_part

FIRST = datetime(2026, 11, 29, 22, tzinfo=UTC)
APART = timedelta(days=2)
"""Examples are of days of their own, so that files of the others are skipped, as they are in a lake."""
NUMBERS = count()
UNITS = {"energy": "Wh", "power": "W", "total": "Wh"}

INSTANTS = st.builds(
    Told,
    st.sampled_from("ab"),
    st.sampled_from(["power", "total"]),
    st.integers(0, 60).map(lambda minutes: minutes * 200_017),
    st.just(0),
    st.integers(0, 5000),
)
PERIODS = st.builds(
    Told,
    st.sampled_from("ab"),
    st.just("energy"),
    st.integers(0, 30).map(lambda periods: periods * 300_000 + periods % 3 * 7001),
    st.sampled_from([60, 300, 301, 900, 3600]),
    st.integers(0, 5000),
)


@pytest.fixture(scope="module")
def stream_lake(origins: Origins, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    """A lake in a folder; each example has meters and days of its own in it."""
    lake = origins.copy(MADE, tmp_path_factory.mktemp("stream") / "lake")
    yield lake
    lake.close()


@pytest.mark.timeout(3600)
@settings(
    max_examples=100 if IS_FULL else 5,
    derandomize=not IS_FULL,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(
    events=st.lists(st.one_of(INSTANTS, PERIODS), min_size=12, max_size=60),
    repeats=st.lists(st.integers(0, 11), max_size=8),
    cuts=st.lists(st.tuples(st.integers(1, 25), st.booleans()), min_size=2, max_size=4),
)
def test_windows_equal_a_reckoning_with_fractions_however_events_come(
    stream_lake: Lake, events: list[Told], repeats: list[int], cuts: list[tuple[int, bool]]
):
    number = next(NUMBERS)
    first, prefix = FIRST + number * APART, f"{number}-"
    coming = [event._replace(meter_id=prefix + event.meter_id) for event in events]
    coming += [coming[place] for place in repeats]
    left = list(coming)
    for size, is_killed in [*cuts, (len(coming), False)]:
        take(stream_lake, left[:size], first=first, is_killed=is_killed)
        left = left[size:]
    assert written(stream_lake, prefix, first) == windows(coming)


def test_windows_made_again_from_bronze_in_one_go_are_those_that_batches_made(stream_lake: Lake):
    before, counted = everything(stream_lake), stream_lake.reader().execute("select count(*) from bronze.meter_events")
    assert stream_lake.write(remake_part, lock=SOURCE) == counted.fetchall()[0][0] > 50
    assert everything(stream_lake) == before


def take(lake: Lake, events: list[Told], *, first: datetime, is_killed: bool) -> None:
    """Commit a batch; before that, one attempt may die when all of it is written."""
    if not events:
        return
    following = max(stored_offsets(lake.reader(), STREAM.name).values(), default=0)
    sent = [as_sent(event, first) for event in events]
    batch = batch_of(sent, first_offset=following, received=first + timedelta(hours=5))

    def dies(connection: duckdb.DuckDBPyConnection, landing_id: int) -> None:
        connection.execute("select error('killed')")

    if is_killed:
        with pytest.raises(duckdb.Error, match="killed"):
            commit_batch(lake, STREAM, batch, now_utc=FIRST, beside=dies)
    commit_batch(lake, STREAM, batch, now_utc=FIRST)


def as_sent(event: Told, first: datetime) -> Event:
    """The event as its message says it."""
    time = (first + timedelta(milliseconds=event.at_ms)).isoformat()
    seconds = str(event.seconds) if event.seconds else None
    return Event(
        event.meter_id, None, time, seconds, event.quantity, str(event.value), UNITS[event.quantity], None, None
    )


def written(lake: Lake, prefix: str, first: datetime) -> Mapping[tuple[str, int], tuple[int, int, int]]:
    """The windows of an example's meters, as the reckoning has them."""
    rows = lake.reader().execute(
        f"select meter_id, epoch_ms(period_start_utc) - epoch_ms(timestamp '{first:%Y-%m-%d %H:%M}'), "
        "cast(units(energy_kwh) as bigint), covered_seconds, event_count "
        f"from gold.window_5min where starts_with(meter_id, '{prefix}')"
    )
    return {row[:2]: row[2:] for row in rows.fetchall()}


def everything(lake: Lake) -> list[list[tuple[object, ...]]]:
    """All rows that follow from bronze."""
    tables = ("silver.meter_event", "quarantine.meter_event", "gold.window_5min")
    return [lake.reader().execute(f"from {table} order by all").fetchall() for table in tables]
