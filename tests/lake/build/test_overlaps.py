"""Readings of one meter never overlap: a newer landing's supersede, those of one landing are set aside; none is cut."""

import itertools
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.lake_steps import METER_HEADER, NOW, build_all, hashes, land, origin, select, stored, written
from tests.support.full import IS_FULL
from tests.support.planned_builds import build_as_planned
from wattlake.lake.build.duplicates import resolve, workbench
from wattlake.lake.build.overlaps import leave_out_overlapped, set_overlaps_aside
from wattlake.lake.build.progress import forget_progress
from wattlake.lake.contracts import columns
from wattlake.lake.contracts.units import READING_MINUTES
from wattlake.lake.landing.files import land_files
from wattlake.lake.models.graph import models
from wattlake.lake.store.lake import Lake

READING = "silver.meter_reading"
SILVER = (
    "select date_diff('minute', timestamp '2013-01-01', period_start_utc), period_minutes, (energy_kwh * 1000)::int "
    "from silver.meter_reading where meter_id = '{}' order by all"
)
COUNTS = (
    "select sum(landed)::int, sum(superseded)::int, sum(repeated)::int, sum(quarantined)::int from ops.reconciliation "
    "where table_name = 'silver.meter_reading'"
)
MAPPING = """
name = "of-{minutes}-minutes"
[columns]
meter = "meter"
datetime = "time"
value = "kwh"
[time]
format = "%Y-%m-%d %H:%M"
zone = "UTC"
label = "start"
period_minutes = {minutes}
[energy]
unit = "kWh"
"""
DAY = stored(2013, 1, 1)

File = tuple[int, list[tuple[int, str]]]
"""The length of a file's readings, and each one's minute of the day and energy."""


def land_file(lake: Lake, folder: Path, number: int, file: File, meter: str = "M") -> None:
    """Land a mapped file, its number in a column that nobody reads: equal files would be one landing."""
    minutes, readings = file
    mapping = folder / f"of-{minutes}" / "mapping.toml"
    mapping.parent.mkdir(parents=True, exist_ok=True)
    mapping.write_text(MAPPING.format(minutes=minutes))
    lines = [f"{meter},{DAY + timedelta(minutes=at):%Y-%m-%d %H:%M},{energy},{number}" for at, energy in readings]
    path = written(mapping.parent / f"{number}.csv", f"meter,time,kwh,number {number}", lines)
    list(land_files(lake, origin("smart_meters", NOW), [path], (), {path: mapping}))


def every(minutes: int, energy: str, first: int = 0, last: int = 120) -> File:
    return minutes, [(at, energy) for at in range(first, last, minutes)]


def expected_silver(files: Sequence[File]) -> list[tuple[int, int, int]]:
    """What silver holds of landings whose readings are all valid, in plain Python."""
    held: list[tuple[int, int, int]] = []
    for minutes, readings in files:
        new = [(at, minutes, round(1000 * float(energy))) for at, energy in readings]
        held = [old for old in held if not any(old[0] < at + minutes and at < old[0] + old[1] for at, *_ in new)] + new
    return sorted(held)


HALF_HOURS, HOURS, QUARTERS = every(30, "0.6"), every(60, "1.2"), every(15, "0.3")
HISTORIES: dict[str, list[File]] = {
    "hours over half-hours": [HALF_HOURS, HOURS],
    "half-hours over hours": [HOURS, HALF_HOURS],
    "quarter-hours over hours": [HOURS, QUARTERS],
    "half an hour over an hour": [HOURS, every(30, "0.7", 30, 60)],
    "an hour over some of the quarter-hours": [every(15, "0.3", 45, 90), HOURS],
    "the hours again": [HALF_HOURS, HOURS, every(30, "0.8", 0, 60), HOURS],
    "a correction of the newer": [HALF_HOURS, HOURS, every(60, "1.3", 60, 120)],
    "the older is not back": [HOURS, every(30, "0.7", 30, 60), every(15, "0.2", 30, 45)],
    "the last of a day and the first of the next": [every(30, "0.6", 1380, 1500), every(60, "1.2", 1380, 1500)],
    "all lengths": [every(30, "0.6"), every(15, "0.1", 0, 30), every(60, "1", 60, 120), every(30, "0.6", 90, 150)],
}


def land_step(lake: Lake, folder: Path, step: int) -> None:
    """Land the files of each history's step; a history is its meter's.

    Files of one length come one after the other, for a build reads landings with the same mapping together.
    """
    files = [(files[step], name) for name, files in HISTORIES.items() if step < len(files)]
    for number, (file, name) in enumerate(sorted(files)):
        land_file(lake, folder, 100 * step + number, file, name)


def test_energy_is_counted_once_in_whatever_order_lengths_come(new_calendar_lake: Callable[[], Lake], tmp_path: Path):
    steps = range(max(map(len, HISTORIES.values())))
    grown, at_once = new_calendar_lake(), new_calendar_lake()
    for step in steps:
        land_step(grown, tmp_path, step)
        build_as_planned(grown, f"build-{step}")
        for name, files in HISTORIES.items():
            assert select(grown, SILVER.format(name)) == expected_silver(files[: step + 1]), name
    for step in steps:
        land_step(at_once, tmp_path, step)
    build_as_planned(at_once, "at once")
    built = hashes(grown)
    assert hashes(at_once) == built
    for lake in (grown, at_once):
        (fates,) = select(lake, COUNTS)
        assert fates[0] == sum(len(readings) for files in HISTORIES.values() for _, readings in files)
        assert fates[0] == sum(fates[1:]) + sum(len(expected_silver(files)) for files in HISTORIES.values())
    grown.write(forget_progress)
    build_as_planned(grown, "full")
    assert hashes(grown) == built


def test_four_kwh_eight_are_not_seven_kwh_two(calendar_lake: Lake, tmp_path: Path):
    land_file(calendar_lake, tmp_path, 1, (30, [(at, "1.2") for at in range(0, 120, 30)]))
    build_all(calendar_lake, "first")
    land_file(calendar_lake, tmp_path, 2, (60, [(0, "2.4"), (60, "2.4")]))
    build_all(calendar_lake, "second")
    day = "select energy_kwh::double, measured_minutes, readings from gold.meter_daily"
    assert select(calendar_lake, day) == [(4.8, 120, 2)]
    assert select(calendar_lake, COUNTS) == [(6, 4, 0, 0)]


def test_files_of_half_hours_and_mapped_files_are_of_one_kind(calendar_lake: Lake, tmp_path: Path):
    lines = [f"M,{DAY + timedelta(minutes=at)},0.5" for at in (0, 30, 60)]
    land(calendar_lake, "smart_meters", written(tmp_path / "london.csv", METER_HEADER, lines))
    land_file(calendar_lake, tmp_path, 2, (60, [(0, "1.2")]))
    build_all(calendar_lake, only=READING)
    assert select(calendar_lake, SILVER.format("M")) == [(0, 60, 1200), (60, 30, 500)]


def test_what_is_set_aside_supersedes_nothing(calendar_lake: Lake, tmp_path: Path):
    land_file(calendar_lake, tmp_path, 1, HALF_HOURS)
    land_file(calendar_lake, tmp_path, 2, (60, [(0, "1.1"), (0, "1.2"), (60, "-1")]))
    build_all(calendar_lake, only=READING)
    assert select(calendar_lake, SILVER.format("M")) == expected_silver([HALF_HOURS])
    assert select(calendar_lake, COUNTS) == [(7, 0, 0, 3)]


def test_another_meter_is_left_alone(calendar_lake: Lake, tmp_path: Path):
    land_file(calendar_lake, tmp_path, 1, HALF_HOURS, "M")
    land_file(calendar_lake, tmp_path, 2, HOURS, "N")
    build_all(calendar_lake, only=READING)
    kwh = "select meter_id, sum(energy_kwh)::double from silver.meter_reading group by all order by all"
    assert select(calendar_lake, kwh) == [("M", 2.4), ("N", 2.4)]


# A reading is (landing, minute, length, energy): any lengths in one landing, copies and contradictions among them.
on_grid = st.sampled_from(READING_MINUTES).flatmap(
    lambda minutes: st.tuples(
        *(st.integers(1, 3), st.integers(0, 60 // minutes).map(lambda place: place * minutes)),
        *(st.just(minutes), st.sampled_from([1, 1, 1, 2])),
    )
)
Row = tuple[int, int, int, int]


def modelled(rows: list[Row]) -> tuple[list[Row], tuple[int, int, int], int]:
    """What goes to silver, how many are repeated, superseded and set aside, and how many of these for an overlap."""

    def meet(one: Row, other: Row) -> bool:
        return one[1] < other[1] + other[2] and other[1] < one[1] + one[2]

    pairs = list(itertools.permutations(rows, 2))
    overlapping = {a for a, b in pairs if a[0] == b[0] and a[1:3] != b[1:3] and meet(a, b)}
    differing = {a for a, b in pairs if a[:3] == b[:3] and a[3] != b[3]}
    valid = set(rows) - overlapping - differing
    held = {row for row in valid if not any(other[0] > row[0] and meet(row, other) for other in valid)}
    copies = sum(count - 1 for row, count in Counter(rows).items() if row in valid)
    aside = sum(row in overlapping | differing for row in rows)
    return sorted(held), (copies, len(valid) - len(held), aside), sum(row in overlapping for row in rows)


@settings(max_examples=150 if IS_FULL else 20, deadline=None, derandomize=True)
@given(rows=st.lists(on_grid, max_size=9))
def test_of_any_readings_those_of_one_landing_are_set_aside_and_older_ones_superseded(
    one_lake: Lake, numbers: "itertools.count[int]", rows: list[Row]
):
    assert resolved(one_lake, next(numbers), rows) == modelled(rows)


@pytest.fixture(scope="module")
def numbers() -> "itertools.count[int]":
    return itertools.count()


@pytest.fixture(scope="module")
def one_lake(one_year_lake: Callable[..., Lake], tmp_path_factory: pytest.TempPathFactory) -> Lake:
    return one_year_lake(tmp_path_factory.mktemp("overlaps") / "lake", slot_minutes=30)


def resolved(lake: Lake, number: int, rows: list[Row]) -> tuple[list[Row], tuple[int, int, int], int]:
    """What the build leaves of readings, as ``modelled`` says it."""
    model = models()[READING]
    with workbench(lake.reader(), f"bench_{number}") as bench:
        described = ", ".join(f"{column.name} {column.sql_type}" for column in columns(READING).values())
        extra = "quarantine_reason varchar, original varchar"
        for table in (bench.reading, f"{bench.reading}_as_read"):
            bench.cursor.execute(f"create table {table} ({described}, {extra})")
            for landing, at, minutes, wh in rows:
                start, energy = DAY + timedelta(minutes=at), f"{wh / 1000}"
                bench.cursor.execute(
                    f"insert into {table} values ('M', ?, ?, ?, null, null, 'measured', ?, ?, null, 'text')",
                    [start, minutes, energy, start, landing],
                )
        bench.cursor.execute(f"create table {bench.aside} (landing_id bigint, reason varchar, original varchar)")

        def readings(first: int, last: int, _of: str = "") -> str:
            return f"select * from {bench.reading}_as_read where _landing_id between {first} and {last}"

        set_overlaps_aside(bench, model, readings)
        repeated, superseded = resolve(bench, model, readings)
        superseded += leave_out_overlapped(bench, model)
        left = bench.cursor.execute(
            f"select _landing_id, date_diff('minute', timestamp '{DAY}', period_start_utc), period_minutes, "
            f"(energy_kwh * 1000)::int from {bench.reading} order by all"
        ).fetchall()
        reasons = Counter(reason for (reason,) in bench.cursor.execute(f"select reason from {bench.aside}").fetchall())
    overlaps = reasons["overlaps another reading of its landing"]
    return left, (repeated, superseded, reasons.total()), overlaps
