"""Gaps between readings are filled in gold, by a method that is told, from readings alone, and apart from them."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from harness.lake_steps import (
    METER_HEADER,
    REGISTER_HEADER,
    build_all,
    hashes,
    land,
    plain_tables,
    reading_line,
    select,
    stored,
    written,
)
from tests.support.gold_steps import GAPS, WITHOUT_WEATHER, build_gold, give, give_readings, member, reading
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

MONDAY = stored(2013, 2, 4)
"""Four weeks before it, the year has begun."""


@pytest.fixture
def tables() -> Iterator[duckdb.DuckDBPyConnection]:
    """The lake's tables, empty, in a plain DuckDB."""
    with duckdb.connect() as connection:
        plain_tables(connection)
        yield connection


def every(minutes: int, start: datetime, end: datetime) -> list[datetime]:
    """The starts of the intervals of this length between two instants."""
    return [start + timedelta(minutes=at) for at in range(0, int((end - start).total_seconds()) // 60, minutes)]


def fills(tables: duckdb.DuckDBPyConnection, **how: Any) -> list[tuple[Any, ...]]:
    """What is filled: start, energy, method and samples of each interval."""
    build_gold(tables, "member_meter", *GAPS, **how)
    return tables.execute(
        "select period_start_utc, units(energy_kwh), estimation_method, samples from gold.gap_fill order by all"
    ).fetchall()


def lengths(found: list[tuple[Any, ...]]) -> dict[str, int]:
    """How many intervals each method filled."""
    methods = [method for _, _, method, _ in found]
    return {method: methods.count(method) for method in dict.fromkeys(methods)}


@pytest.mark.parametrize("minutes", [15, 30, 60])
def test_up_to_two_intervals_lie_on_the_line_between_their_neighbours(minutes: int, tables: duckdb.DuckDBPyConnection):
    step = timedelta(minutes=minutes)
    known = [(0, 10), (2, 21), (5, 4), (6, 4)]
    give_readings(tables, [reading("M", MONDAY + at * step, wh, minutes) for at, wh in known])
    # (10 + 21) / 2 = 15.5 → 16; from 21 to 4 in three steps of 5⅔: 15⅓ → 15 and 9⅔ → 10.
    assert fills(tables) == [
        (MONDAY + step, 16, "linear", 2),
        (MONDAY + 3 * step, 15, "linear", 2),
        (MONDAY + 4 * step, 10, "linear", 2),
    ]
    known_at = tables.execute("select distinct period_minutes, provenance, known_at_utc from gold.gap_fill order by 3")
    minute = timedelta(minutes=1)
    assert known_at.fetchall() == [
        (minutes, "estimated", MONDAY + 2 * step + 150 * minute),
        (minutes, "estimated", MONDAY + 5 * step + 150 * minute),
    ]


@pytest.mark.parametrize("minutes", [15, 30, 60])
def test_three_intervals_are_taken_from_the_same_weekday_not_from_the_line(
    minutes: int, tables: duckdb.DuckDBPyConnection
):
    step = timedelta(minutes=minutes)
    give_readings(tables, [reading("M", MONDAY + at * step, 500, minutes) for at in (0, 4)])
    # Two weeks before and one: means of 10 and 21, and where the earlier is missing, 24 alone.
    for days, energies in ((14, {1: 10, 2: 11}), (7, {1: 21, 2: 22, 3: 24})):
        start = MONDAY - timedelta(days=days)
        give_readings(tables, [reading("M", start + at * step, wh, minutes) for at, wh in energies.items()])
    assert fills(tables) == [
        (MONDAY + 1 * step, 16, "same weekday before", 2),
        (MONDAY + 2 * step, 17, "same weekday before", 2),
        (MONDAY + 3 * step, 24, "same weekday before", 1),
    ]


def test_four_weeks_before_and_one_after_count_and_no_other(tables: duckdb.DuckDBPyConnection):
    gap = [MONDAY + timedelta(minutes=30 * at) for at in (1, 2, 3)]
    give_readings(tables, [reading("M", MONDAY, 0), reading("M", MONDAY + timedelta(hours=2), 0)])
    for days, wh in ((-35, 9000), (-28, 1), (-21, 2), (-14, 4), (-7, 8), (-1, 9000), (7, 16), (14, 9000)):
        give_readings(tables, [reading("M", start + timedelta(days=days), wh) for start in gap])
    found = tables.execute
    assert fills(tables) == [(start, 6, "same weekday before and after", 5) for start in gap]  # 31 / 5 = 6.2
    assert found("select min(known_at_utc), max(known_at_utc) from gold.gap_fill").fetchall() == [
        (gap[0] + timedelta(days=7, minutes=150), gap[2] + timedelta(days=7, minutes=150))
    ]


def test_a_meters_first_week_is_filled_from_the_week_after(tables: duckdb.DuckDBPyConnection):
    after = MONDAY + timedelta(days=7)
    starts = [MONDAY, MONDAY + timedelta(hours=2), *every(30, after, after + timedelta(hours=2))]
    give_readings(tables, [reading("M", start, 7) for start in starts])
    assert lengths(fills(tables)) == {"same weekday after": 3}


def test_where_no_like_reading_is_there_nothing_is_filled(tables: duckdb.DuckDBPyConnection):
    give_readings(tables, [reading("M", MONDAY, 5), reading("M", MONDAY + timedelta(hours=2), 5)])
    assert fills(tables) == []
    assert tables.execute("select period_minutes from gold.meter_gap").fetchall() == [(90,)]


@pytest.mark.parametrize("minutes", [15, 30, 60])
@pytest.mark.parametrize("begins_after", [timedelta(0), timedelta(hours=6), timedelta(hours=23)])
def test_a_gap_of_a_day_is_filled_and_one_interval_more_is_not(
    minutes: int, begins_after: timedelta, tables: duckdb.DuckDBPyConnection
):
    """Also over midnight, over the end of January, and where the gap is just one calendar day."""
    gap = stored(2013, 1, 31) + begins_after
    day = timedelta(days=1)
    starts = every(minutes, gap - 9 * day, gap) + every(minutes, gap + day, gap + 2 * day)
    give_readings(tables, [reading("M", start, 40, minutes) for start in starts])
    found = fills(tables)
    assert [start for start, *_ in found] == every(minutes, gap, gap + day)
    assert lengths(found) == {"same weekday before": 1440 // minutes}
    tables.execute("delete from silver.meter_reading where period_start_utc = ?", [gap + day])
    assert fills(tables) == []


def test_nothing_is_filled_before_the_first_reading_or_after_the_last(tables: duckdb.DuckDBPyConnection):
    week = timedelta(days=7)
    starts = every(30, MONDAY - week + timedelta(hours=5), MONDAY + timedelta(hours=5))
    give_readings(tables, [reading("M", start, 30) for start in starts])
    assert fills(tables) == []
    assert tables.execute("select min(measured_minutes) from gold.meter_daily").fetchall() == [(300,)]


def test_gaps_on_days_that_lie_apart_do_not_make_one_of_the_days_between(tables: duckdb.DuckDBPyConnection):
    """Sunday and Thursday lack a reading each; Tuesday, which is not looked at, lacks none."""
    starts = every(30, MONDAY - timedelta(days=2), MONDAY + timedelta(days=5))
    lacking = [MONDAY - timedelta(hours=12), MONDAY + timedelta(days=3, hours=12)]
    give_readings(tables, [reading("M", start, 30) for start in starts if start not in lacking])
    assert fills(tables) == [(start, 30, "linear", 2) for start in lacking]
    gaps = tables.execute("select period_start_utc, period_minutes from gold.meter_gap order by all")
    assert gaps.fetchall() == [(start, 30) for start in lacking]


def test_between_intervals_that_do_not_divide_each_other_what_divides_both_is_filled(tables: duckdb.DuckDBPyConnection):
    at = MONDAY + timedelta(minutes=20)
    give_readings(tables, [reading("M", at, 40, 20), reading("M", MONDAY + timedelta(minutes=48), 12, 12)])
    # Eight minutes from 120 mW to 60 in three steps: 100 and 80 mW for four minutes each, in milliwatt-hours.
    assert fills(tables) == [
        (MONDAY + timedelta(minutes=40), 7, "linear", 2),
        (MONDAY + timedelta(minutes=44), 5, "linear", 2),
    ]


def test_where_a_meters_interval_changes_the_shorter_one_is_filled(tables: duckdb.DuckDBPyConnection):
    give_readings(tables, [reading("M", MONDAY, 60, 60), reading("M", MONDAY + timedelta(hours=2), 60, 30)])
    # From 60 to 120 mW in three steps: 80 and 100 mW for half an hour each.
    assert fills(tables) == [
        (MONDAY + timedelta(minutes=60), 40, "linear", 2),
        (MONDAY + timedelta(minutes=90), 50, "linear", 2),
    ]


@pytest.mark.parametrize(("timezone", "hours_before"), [("Europe/London", 1), ("UTC", 0), ("America/Los_Angeles", 0)])
def test_the_same_time_is_that_on_the_communitys_clock(
    timezone: str, hours_before: int, tables: duckdb.DuckDBPyConnection
):
    """London's summer of 2013 began on 31 March; Los Angeles' had begun long before."""
    gap = every(30, stored(2013, 4, 3, 18), stored(2013, 4, 3, 20))
    give_readings(tables, [reading("M", gap[0] - timedelta(minutes=30), 0), reading("M", gap[-1], 0)])
    week_before = every(30, stored(2013, 3, 27), stored(2013, 3, 28))
    give_readings(tables, [reading("M", start, start.hour) for start in week_before])
    found = fills(tables, settings=Settings(timezone=timezone))
    assert [wh for _, wh, _, _ in found] == [18 + hours_before, 18 + hours_before, 19 + hours_before]


@pytest.mark.parametrize("change", [stored(2013, 3, 31), stored(2013, 10, 27)])
def test_a_gap_over_a_clock_change_is_filled_whole(change: datetime, tables: duckdb.DuckDBPyConnection):
    starts = every(30, change - timedelta(days=30), change + timedelta(days=9))
    gap = every(30, change - timedelta(hours=1), change + timedelta(hours=4))
    give_readings(tables, [reading("M", start, start.hour) for start in starts if start not in gap])
    found = fills(tables)
    assert [start for start, *_ in found] == gap
    # Beyond the change, the four weeks before are an hour apart in UTC, and the week after is not.
    later = {3: 1, 10: -1}[change.month]
    last = [wh for start, wh, _, _ in found if start.hour == 3]
    assert last == [round((4 * (3 + later) + 3) / 5)] * 2


def test_filled_energy_stands_apart_from_what_was_read(tables: duckdb.DuckDBPyConnection):
    give(tables, "member_version", [member("anna", "C", production_meter_id="P"), member("bert", "B")])
    half_hours = every(30, MONDAY, MONDAY + timedelta(hours=3))
    for meter, missing, wh in (("C", {1, 2}, 90), ("P", {3}, 50), ("B", {2, 3}, 20)):
        give_readings(tables, [reading(meter, start, wh) for at, start in enumerate(half_hours) if at not in missing])
    build_gold(tables, *WITHOUT_WEATHER, "energy_balance_daily")
    flow = tables.execute(
        """
        select
            member_id, hour(period_start_utc), consumption_minutes, units(consumption_kwh), units(production_kwh),
            units(self_consumption_kwh), units(surplus_kwh), units(deficit_kwh), consumption_estimated_minutes,
            units(consumption_estimated_kwh), units(production_estimated_kwh),
            estimation_method
        from gold.energy_flow order by all
        """
    ).fetchall()
    assert flow == [
        ("anna", 0, 30, 90, 100, 90, 10, 0, 30, 90, None, "linear"),
        ("anna", 1, 30, 90, 50, 50, 0, 40, 30, 90, 50, "linear"),
        ("anna", 2, 60, 180, 100, 100, 0, 80, 0, None, None, None),
        ("bert", 0, 60, 40, 0, 0, 0, 40, 0, None, None, None),
        ("bert", 1, 0, None, None, None, None, None, 60, 40, None, "linear"),
        ("bert", 2, 60, 40, 0, 0, 0, 40, 0, None, None, None),
    ]
    days = tables.execute(
        """
        select
            member_id, slots, consumption_minutes, units(consumption_kwh), units(production_kwh),
            units(self_consumption_kwh), units(surplus_kwh), units(deficit_kwh), consumption_estimated_minutes,
            units(consumption_estimated_kwh), units(production_estimated_kwh)
        from gold.energy_balance_daily order by all
        """
    ).fetchall()
    assert days == [
        ("anna", 3, 120, 360, 250, 240, 10, 120, 60, 180, 50),
        ("bert", 2, 120, 80, 0, 0, 0, 80, 60, 40, 0),
    ]
    # The estimated hour is known when the reading after the gap is: it begins at 02:00.
    known = tables.execute("select zone, known_at_utc from gold.energy_flow where consumption_minutes = 0").fetchall()
    assert known == [("north", MONDAY + timedelta(hours=2, minutes=150))]


def test_several_methods_of_one_slot_are_listed_and_a_long_interval_is_split(tables: duckdb.DuckDBPyConnection):
    give(tables, "member_version", [member("anna", "C", production_meter_id="P")])
    hours = [MONDAY + timedelta(hours=at) for at in range(6)]
    week = timedelta(days=7)
    give_readings(tables, [reading("C", hours[0], 11, 60), reading("C", hours[2], 10, 60)])
    give_readings(tables, [reading("P", hours[at], 10, 60) for at in (0, 4)])
    give_readings(tables, [reading("P", hours[at] - week, 7, 60) for at in (1, 2, 3)])
    build_gold(tables, *WITHOUT_WEATHER, settings=Settings(slot_minutes=15))
    found = tables.execute(
        "select units(consumption_estimated_kwh), units(production_estimated_kwh), consumption_estimated_minutes, "
        "estimation_method from gold.energy_flow "
        "where period_start_utc >= ? and period_start_utc < ? order by period_start_utc",
        [hours[1], hours[2]],
    ).fetchall()
    # 10.5 is rounded to 11 and split as 2, 3, 3, 3; 7 as 1, 2, 2, 2.
    both = "linear, same weekday before"
    assert found == [(2, 1, 15, both), (3, 2, 15, both), (3, 2, 15, both), (3, 2, 15, both)]


def test_an_estimate_goes_to_the_member_that_had_the_meter_then(tables: duckdb.DuckDBPyConnection):
    moved = MONDAY + timedelta(hours=1)
    entries = [member("anna", "M", valid_to_utc=moved), member("bert", "M", valid_from_utc=moved, zone="south")]
    give(tables, "member_version", entries)
    give_readings(tables, [reading("M", MONDAY, 10), reading("M", MONDAY + timedelta(minutes=90), 10)])
    build_gold(tables, *WITHOUT_WEATHER)
    found = tables.execute(
        "select member_id, zone, period_start_utc, units(consumption_kwh), units(consumption_estimated_kwh) "
        "from gold.energy_flow order by all"
    ).fetchall()
    assert found == [("anna", "north", MONDAY, 10, 10), ("bert", "south", moved, 10, 10)]


def give_panels(tables: duckdb.DuckDBPyConnection, others: int, measures: str = "production") -> list[datetime]:
    """Anna's meter P with a gap of three half-hours, and others that read all; gives the starts of the gap."""
    names = ["P", *(f"O{number}" for number in range(others))]
    kind = {"production": lambda name: {"production_meter_id": name}, "consumption": lambda name: {"meter": name}}[
        measures
    ]
    give(tables, "member_version", [member(name.lower(), **({"meter": None} | kind(name))) for name in names])
    gap = [MONDAY + timedelta(minutes=30 * at) for at in (1, 2, 3)]
    give_readings(tables, [reading("P", MONDAY, 0), reading("P", MONDAY + timedelta(hours=2), 0)])
    for days, own, other in ((14, 100, 10), (7, 200, 20), (0, None, 30)):
        starts = [start - timedelta(days=days) for start in gap]
        if own is not None:
            give_readings(tables, [reading("P", start, own) for start in starts])
        for name in names[1:]:
            give_readings(tables, [reading(name, start, other) for start in starts])
    return gap


def test_panels_are_taken_to_have_what_the_others_have_by_what_all_had_before(tables: duckdb.DuckDBPyConnection):
    gap = give_panels(tables, others=3)
    late = gap[1] + timedelta(days=3)
    tables.execute(
        "update silver.meter_reading set known_at_utc = ? where meter_id = 'O2' and period_start_utc = ?",
        [late, gap[1]],
    )
    # Its like readings have a mean of 150; the others had 15 then, and have 30 now.
    assert fills(tables) == [(start, 300, "members alike", 2) for start in gap]
    known = tables.execute("select known_at_utc from gold.gap_fill order by period_start_utc").fetchall()
    usual = MONDAY + timedelta(hours=2, minutes=150)
    assert [instant for (instant,) in known] == [usual, late, usual]
    each = "select units(linear_kwh), units(weekday_kwh), units(alike_kwh) from gold.gap_fill"
    assert tables.execute(each).fetchall() == [(0, 150, 300)] * 3


@pytest.mark.parametrize(("others", "measures"), [(2, "production"), (3, "consumption")])
def test_two_others_say_nothing_and_homes_go_by_their_own_habits(
    others: int, measures: str, tables: duckdb.DuckDBPyConnection
):
    gap = give_panels(tables, others, measures)
    assert fills(tables) == [(start, 150, "same weekday before", 2) for start in gap]


def test_panels_that_were_not_there_at_both_times_say_nothing_of_the_sky(tables: duckdb.DuckDBPyConnection):
    gap = give_panels(tables, others=5)
    late_from = MONDAY - timedelta(days=1)
    tables.execute("update gold.member_version set valid_from_utc = ? where member_id = 'o3'", [late_from])
    tables.execute("update silver.meter_reading set energy_kwh = 90 * energy_kwh where meter_id in ('O3', 'O4')")
    tables.execute(
        "update silver.meter_reading set quality = 'estimated', provenance = 'estimated' where meter_id = 'O4'"
    )
    # Ninety times larger, and there now alone, or as its source estimates.
    assert fills(tables) == [(start, 300, "members alike", 2) for start in gap]


def test_at_dawn_what_others_have_is_no_measure_and_a_reading_estimated_by_its_source_none_either(
    tables: duckdb.DuckDBPyConnection,
):
    gap = give_panels(tables, others=3)
    tables.execute(
        "update silver.meter_reading set energy_kwh = 0.000001 where meter_id like 'O%' and period_start_utc = any($1)",
        [[gap[0] - timedelta(days=days) for days in (7, 14)]],
    )
    tables.execute(
        "update silver.meter_reading set quality = 'estimated', provenance = 'estimated' "
        "where meter_id = 'P' and period_start_utc = $1",
        [gap[2] - timedelta(days=7)],
    )
    assert fills(tables) == [
        (gap[0], 150, "same weekday before", 2),
        (gap[1], 300, "members alike", 2),
        (gap[2], 300, "members alike", 1),  # 100 · 30 / 10
    ]


def test_what_others_had_counts_only_at_the_times_of_the_like_readings(tables: duckdb.DuckDBPyConnection):
    gap = give_panels(tables, others=3)
    week_before = gap[0] - timedelta(days=7)
    tables.execute(
        "delete from silver.meter_reading where meter_id = 'P' and period_start_utc >= ? and period_start_utc < ?",
        [week_before, week_before + timedelta(hours=2)],
    )
    assert fills(tables) == [(start, 300, "members alike", 1) for start in gap]  # 100 · 30 / 10


def test_it_does_not_matter_in_which_windows_the_days_are_built(tables: duckdb.DuckDBPyConnection):
    starts = every(30, stored(2013, 1, 1), stored(2013, 2, 25))
    # Gaps of 1 to 60 intervals, at all hours, the same in every run.
    missing = {at + place for number, at in enumerate(range(40, len(starts), 97)) for place in range(number * 7 % 60)}
    readings = [reading("M", start, at * 37 % 300) for at, start in enumerate(starts) if at not in missing]
    panels = [member(name, None, production_meter_id=f"P{name}") for name in ("anna", "bert", "cleo", "dora")]
    give(tables, "member_version", panels)
    output = [
        reading(f"P{name}", start, (at * 53 + 7 * place) % 90)
        for place, name in enumerate(("anna", "bert", "cleo", "dora"))
        for at, start in enumerate(starts)
        if (at + 200 * place) not in missing
    ]
    give_readings(tables, readings + output)
    at_once = fills(tables)
    assert set(lengths(at_once)) == {
        "linear", "same weekday before", "same weekday after", "same weekday before and after", "members alike",
    }  # fmt: skip
    day_by_day = [stored(2013, 1, 1) + timedelta(days=day) for day in range(60)]
    assert fills(tables, windows=day_by_day) == at_once
    assert fills(tables, windows=[*day_by_day[::9], day_by_day[-1]]) == at_once


def lines(start: datetime, end: datetime, lacking: tuple[datetime, datetime] | None = None) -> list[str]:
    """A meter's lines between two instants but for a gap; the energy follows weekday and hour."""
    gap = every(30, *lacking) if lacking else []
    return [
        reading_line("MAC1", one, f"{(100 + one.weekday() * 10 + one.hour) / 1000:.3f}")
        for one in every(30, start, end)
        if one not in gap
    ]


@pytest.fixture
def grow(tmp_path: Path) -> Callable[..., None]:
    """Lands lines of a meter, and builds."""

    def step(lake: Lake, name: str, readings: list[str], build: bool = True) -> None:
        if name == "first":
            register = written(tmp_path / "r.csv", REGISTER_HEADER, ["anna,MAC1,,n,51,0,,,,consumer,2012-12-01,"])
            land(lake, "members", register)
        land(lake, "smart_meters", written(tmp_path / f"{name}.csv", METER_HEADER, readings))
        if build:
            build_all(lake, name)

    return step


FILLED = "select count(*), 1000 * sum(energy_kwh), min(estimation_method), max(samples) from gold.gap_fill"
GAP = (stored(2013, 1, 30, 20), stored(2013, 1, 31, 6))


def test_what_comes_later_changes_the_estimate_and_then_takes_its_place(
    new_calendar_lake: Callable[[], Lake], grow: Callable[..., None]
):
    week = timedelta(days=7)
    stages = {
        "first": lines(stored(2013, 1, 14), stored(2013, 2, 1), GAP),
        "week after": lines(GAP[0] + week, GAP[1] + week),
        "all but two": lines(GAP[0], GAP[1] - timedelta(hours=1)),
        "the last two": lines(GAP[1] - timedelta(hours=1), GAP[1]),
    }
    expected = {
        # 8 half-hours of Wednesday at 20 to 23 and 12 of Thursday at 0 to 5.
        "first": (20, 2 * (4 * 120 + 86 + 6 * 130 + 15), "same weekday before", 2),
        "week after": (20, 2 * (4 * 120 + 86 + 6 * 130 + 15), "same weekday before and after", 3),
        "all but two": (2, 2 * 135, "linear", 2),
        "the last two": (0, None, None, None),
    }
    lake = new_calendar_lake()
    for name, readings in stages.items():
        grow(lake, name, readings)
        assert select(lake, FILLED) == [expected[name]], name
        estimated = "select coalesce(1000 * sum(consumption_estimated_kwh), 0) from gold.energy_flow"
        assert select(lake, estimated) == [(expected[name][1] or 0,)], name
    whole = new_calendar_lake()
    for name, readings in stages.items():
        grow(whole, name, readings, build=False)
    build_all(whole)
    assert hashes(lake) == hashes(whole)


def test_filling_day_by_day_equals_one_full_build(
    new_calendar_lake: Callable[[], Lake], grow: Callable[..., None], monkeypatch: pytest.MonkeyPatch
):
    """Ten weeks with gaps of all lengths, landed out of order, and built a month at a time."""
    begin, end = stored(2012, 12, 20), stored(2013, 3, 1)
    hours = (4, 1, 9, 24, 16, 25, 0.5, 2, 12, 20, 3)
    starts = [begin + timedelta(days=6 * number, hours=7 * number) for number in range(1, len(hours) + 1)]
    gaps = [every(30, start, start + timedelta(hours=long)) for start, long in zip(starts, hours, strict=True)]
    missing = {f"{one:%Y-%m-%d %H:%M:%S}" for gap in gaps for one in gap}
    readings = [line for line in lines(begin, end) if line.split(",")[1][:19] not in missing]
    step_by_step, at_once = new_calendar_lake(), new_calendar_lake()
    thirds = [readings[:900], readings[1800:], readings[900:1800]]
    for number, part in enumerate(thirds):
        grow(step_by_step, "first" if not number else f"part-{number}", part)
        grow(at_once, "first" if not number else f"part-{number}", part, build=False)
    monkeypatch.setattr("wattlake.lake.build.plan.DAYS_AT_ONCE", 20)
    monkeypatch.setattr("wattlake.lake.build.plan.READINGS_OF_A_CHUNK", 1)
    steps = build_all(at_once)
    assert len([step for step in steps if step.rows["gold.gap_fill"]]) > 1, "gold took more than one transaction"
    methods = "select distinct estimation_method from gold.gap_fill order by 1"
    assert select(at_once, methods) == [
        ("linear",), ("same weekday after",), ("same weekday before",), ("same weekday before and after",),
    ]  # fmt: skip
    assert hashes(step_by_step) == hashes(at_once)


def test_panels_filled_by_others_that_come_late_and_are_corrected_equal_one_full_build(
    new_calendar_lake: Callable[[], Lake], tmp_path: Path
):
    """Four members' panels in three weeks; one reads nothing for six hours of the third."""
    begin, gap = stored(2013, 1, 7), stored(2013, 1, 22, 9)
    starts = every(30, begin, begin + timedelta(days=21))
    silent = every(30, gap, gap + timedelta(hours=6))

    def read(meter: str, first: int, last: int, factor: float = 1) -> list[str]:
        wanted = [start for start in starts[first * 48 : last * 48] if meter != "P0" or start not in silent]
        return [reading_line(meter, start, f"{factor * (start.hour * 7 + start.day) / 500:.3f}") for start in wanted]

    stages = {
        "most": [line for meter in ("P0", "P1", "P2") for line in read(meter, 0, 21)] + read("P3", 0, 14),
        "late": read("P3", 14, 21, 2),
        "corrected": read("P1", 15, 16, 3),
    }
    step_by_step, at_once = new_calendar_lake(), new_calendar_lake()
    register = [f"m{number},,P{number},n,51,0,4,30,180,prosumer,2012-12-01," for number in range(4)]
    filled = []
    for lake in (step_by_step, at_once):
        land(lake, "members", written(tmp_path / "r.csv", REGISTER_HEADER, register))
    for name, readings in stages.items():
        path = written(tmp_path / f"{name}.csv", METER_HEADER, readings)
        land(step_by_step, "smart_meters", path)
        build_all(step_by_step, name)
        land(at_once, "smart_meters", path)
        filled.append(
            select(step_by_step, "select any_value(estimation_method), units(sum(energy_kwh)) from gold.gap_fill")[0]
        )
    build_all(at_once)

    assert [method for method, _ in filled] == ["same weekday before", "members alike", "members alike"]
    assert filled[1][1] < filled[2][1], "the others had more on the day than was read at first"
    assert hashes(step_by_step) == hashes(at_once)


def test_a_reading_far_from_every_gap_replaces_no_estimate(calendar_lake: Lake, grow: Callable[..., None]):
    grow(calendar_lake, "first", lines(stored(2013, 1, 14), stored(2013, 2, 1), GAP))
    before = calendar_lake.snapshot_id()
    grow(calendar_lake, "later", lines(stored(2013, 2, 1), stored(2013, 2, 2)))
    fed = f"ducklake_table_insertions('lake', 'gold', 'gap_fill', {before + 1}, {calendar_lake.snapshot_id()})"
    assert select(calendar_lake, f"select count(*) from {fed}") == [(0,)]
    assert select(calendar_lake, "select max(period_start_utc) from gold.energy_flow") == [(stored(2013, 2, 1, 23),)]
