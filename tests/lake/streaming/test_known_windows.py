"""What is known of open windows, and what a batch adds to it, are the windows that all events at once would give."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.lake.streaming.test_windows_any_order import APART, FIRST, as_sent, everything, written
from tests.support.full import IS_FULL
from tests.support.origins import MADE, Origins
from tests.support.stream_reckoning import Told, windows
from tests.support.streams import STREAM, batch_of
from wattlake.lake.contracts import columns
from wattlake.lake.sql import Connection
from wattlake.lake.store.lake import Lake
from wattlake.lake.streaming.batches import SOURCE
from wattlake.lake.streaming.commit import Stream, commit_batch
from wattlake.lake.streaming.known import READ, Known
from wattlake.lake.streaming.offsets import stored_offsets
from wattlake.lake.streaming.remaking import remake_part

NUMBERS = count()
STEP_MS = 40_003
SENT = st.tuples(
    st.sampled_from("abc"),
    st.sampled_from(["power"] * 5 + ["total"] * 3 + ["energy"]),
    st.integers(0, 5000),
    st.sampled_from([0] * 12 + [-1, -9, -40, 25, 400]),
)
"""A meter, a quantity, a number, and by how many steps its time is beside that of its turn."""

OF_OTHERS = {
    "ops.stream_series": "'another' as stream_name, 'm' as meter_id, 'consumption' as direction, 'power' as quantity, "
    "timestamp '2026-01-01' as newest_at_utc, newest_at_utc as seen_at_utc, newest_at_utc as resumed_at_utc",
    "gold.member_meter": "'m' as member_id, 'm' as meter_id, timestamp '2026-01-01' as valid_from_utc, "
    "'consumption' as measures, 'north' as zone",
}
"""Rows of another stream and of a member who has no events."""


def insert(connection: Connection, *, table: str, row: str) -> None:
    connection.execute(f"insert into {table} by name select {row}")


@pytest.fixture(scope="module")
def stream_lake(origins: Origins, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lake]:
    lake = origins.copy(MADE, tmp_path_factory.mktemp("known") / "lake")
    for table, row in OF_OTHERS.items():
        lake.write(partial(insert, table=table, row=row))
    yield lake
    lake.close()


@pytest.fixture
def stream() -> Stream:
    return replace(STREAM, known=Known())


def events_of(sent: list[tuple[str, str, int, int]], prefix: str) -> list[Told]:
    """Events that come in order of time, but for those that are beside their turn."""
    return [
        Told(prefix + meter, quantity, max(turn + beside, 0) * STEP_MS, 300 if quantity == "energy" else 0, value)
        for turn, (meter, quantity, value, beside) in enumerate(sent)
    ]


def take(lake: Lake, stream: Stream, events: list[Told], number: int) -> None:
    first = FIRST + number * APART
    following = max(stored_offsets(lake.reader(), stream.name).values(), default=0)
    batch = batch_of([as_sent(event, first) for event in events], first_offset=following, received=first + APART / 2)
    commit_batch(lake, stream, batch, now_utc=FIRST)


def is_known(lake: Lake, stream: Stream) -> bool:
    return lake.write(stream.known.fill) is not None


@pytest.mark.timeout(3600)
@settings(
    max_examples=100 if IS_FULL else 6,
    derandomize=not IS_FULL,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
@given(sent=st.lists(SENT, min_size=20, max_size=60), size=st.integers(3, 12), remade_after=st.integers(1, 30))
def test_windows_of_events_that_come_in_order_but_for_some_equal_a_reckoning_with_fractions(
    stream_lake: Lake, stream: Stream, sent: list[tuple[str, str, int, int]], size: int, remade_after: int
):
    number = next(NUMBERS)
    prefix = f"{number}-"
    coming = events_of(sent, prefix)
    for batch, start in enumerate(range(0, len(coming), size)):
        take(stream_lake, stream, coming[start : start + size], number)
        if batch == remade_after:
            stream_lake.write(remake_part, lock=SOURCE)
    assert written(stream_lake, prefix, FIRST + number * APART) == windows(coming)


@pytest.mark.long
def test_every_window_has_all_that_its_events_say_made_bit_by_bit_or_at_once(stream_lake: Lake, stream: Stream):
    number = 100
    sent = [("abc"[turn % 3], "power" if turn % 2 else "total", turn * 10, 0) for turn in range(60)]
    coming = events_of(sent, "all-")
    for start in range(0, len(coming), 6):
        take(stream_lake, stream, coming[start : start + 6], number)
        assert is_known(stream_lake, stream)
    before = everything(stream_lake)
    stream_lake.write(remake_part, lock=SOURCE)
    assert everything(stream_lake) == before


@pytest.mark.parametrize("table", READ)
def test_nothing_is_known_after_another_wrote_a_table_of_what_is(stream_lake: Lake, stream: Stream, table: str):
    number = 110 + READ.index(table)
    events = events_of([("a", "power", 100, 0)] * 4, f"{table}-")
    take(stream_lake, stream, events[:2], number)
    assert is_known(stream_lake, stream)
    name = next(iter(columns(table)))
    stream_lake.write(lambda connection: connection.execute(f"update {table} set {name} = {name}"))
    assert not is_known(stream_lake, stream)
    take(stream_lake, stream, events[2:], number)
    assert is_known(stream_lake, stream)


def test_a_batch_of_nothing_new_leaves_it_known(stream_lake: Lake, stream: Stream):
    events = events_of([("a", "power", 100, 0)] * 3, "nothing-")
    take(stream_lake, stream, events, 101)
    take(stream_lake, stream, events[2:], 101)
    assert is_known(stream_lake, stream)
    before = everything(stream_lake)
    stream_lake.write(remake_part, lock=SOURCE)
    assert everything(stream_lake) == before


def test_files_that_are_merged_and_tables_that_others_write_leave_it_known(stream_lake: Lake, stream: Stream):
    take(stream_lake, stream, events_of([("a", "power", 100, 0)] * 4, "merged-"), 102)
    stream_lake.write(lambda connection: connection.execute("delete from gold.holiday where false"))
    stream_lake.reader().execute("call ducklake_merge_adjacent_files('lake', 'meter_event', schema => 'silver')")
    assert is_known(stream_lake, stream)


def test_another_lake_is_begun_with_nothing(stream_lake: Lake, stream: Stream, origins: Origins, tmp_path):
    take(stream_lake, stream, events_of([("a", "power", 100, 0)] * 2, "one-"), 103)
    other = origins.copy(MADE, tmp_path / "other")
    stream.known.begin(other, stream.name)
    assert not is_known(other, stream)
    other.close()
