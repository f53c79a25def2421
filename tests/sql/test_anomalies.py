"""Unlikely consumption stays as it was read and is flagged, judged by the member's own month before."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
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
from tests.support.gold_steps import build_gold
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
JANUARY, FEBRUARY, MARCH = stored(2013, 1, 1), stored(2013, 2, 1), stored(2013, 3, 1)
FRIDAY, SATURDAY = FEBRUARY, FEBRUARY + DAY
TABLES = ("energy_balance_daily", "unusual_load", "flat_line", "anomaly")
CALENDAR = """
    insert into gold.calendar by name
    select
        period_start_utc, timezone('Europe/London', timezone('UTC', period_start_utc)) as local_start,
        hour(local_start) as local_hour, isodow(local_start) >= 6 as is_weekend,
        local_start::date = date '2013-02-05' as is_holiday
    from (select unnest(range(timestamp '2012-12-01', timestamp '2013-05-01', interval 15 minutes)) as period_start_utc)
"""


@pytest.fixture
def tables() -> Iterator[duckdb.DuckDBPyConnection]:
    """The lake's tables in a plain DuckDB: empty, but for a calendar in which 5 February 2013 is a holiday."""
    with duckdb.connect() as connection:
        plain_tables(connection)
        connection.execute("set timezone = 'UTC'")
        connection.execute(CALENDAR)
        yield connection


def kwh(wh: int) -> Decimal:
    return Decimal(wh).scaleb(-3)


def consume(
    tables: duckdb.DuckDBPyConnection,
    slots: Iterable[tuple[datetime, int]],
    name: str = "anna",
    minutes: int = 60,
    known: int | None = None,
) -> None:
    """A member's consumption (in Wh) in slots of some minutes, of which some or all are known."""
    rows = [(name, start, minutes, minutes if known is None else known, kwh(wh), "north") for start, wh in slots]
    listed = "member_id, period_start_utc, period_minutes, consumption_minutes, consumption_kwh, zone"
    marks = ", ".join(["(?, ?, ?, ?, ?, ?)"] * len(rows))
    tables.execute(
        f"insert into gold.energy_flow ({listed}, consumption_estimated_minutes) "
        f"select *, 0 from (values {marks}) as given",
        [value for row in rows for value in row],
    )


def steadily(start: datetime, end: datetime, minutes: int = 60, evening: int = 0) -> list[tuple[datetime, int]]:
    """Around 100 Wh a slot, never the same twice in a row, and at 19:00 more where that is wanted."""
    starts = [start + timedelta(minutes=at) for at in range(0, int((end - start).total_seconds()) // 60, minutes)]
    return [(one, evening if evening and one.hour == 19 else 99 + (at + at // 24) % 3) for at, one in enumerate(starts)]


def flags(tables: duckdb.DuckDBPyConnection, **how: Any) -> list[tuple[datetime, str]]:
    """Which slots are flagged, and why."""
    build_gold(tables, *TABLES, **how)
    return tables.execute("select period_start_utc, anomaly_reason from gold.anomaly order by all").fetchall()


def test_a_spike_is_beyond_what_is_usual_at_its_hour_and_a_high_value_beyond_what_is_usual_at_all(
    tables: duckdb.DuckDBPyConnection,
):
    consume(tables, steadily(JANUARY, FEBRUARY, evening=1500))
    # Usual are 99, 100 or 101 Wh; with the least deviation of 50 W the spikes begin beyond 100 + 20 × 50.
    judged = [(3, 1100), (4, 1101), (5, 1502), (19, 1500), (20, 1501), (21, 1499)]
    consume(tables, [(FRIDAY + hour * HOUR, wh) for hour, wh in judged])
    assert flags(tables) == [
        (FRIDAY + 4 * HOUR, "spike"),
        (FRIDAY + 5 * HOUR, "spike, beyond quantile"),
        (FRIDAY + 20 * HOUR, "spike, beyond quantile"),
        (FRIDAY + 21 * HOUR, "spike"),
    ]
    numbers = tables.execute("select * from gold.anomaly where hour(period_start_utc) = 5").fetchall()
    behind = map(kwh, (1502, 100, 1, 1100, 1500))
    assert [(row[0], row[3], *row[4:]) for row in numbers] == [("anna", *behind)]


def test_a_high_value_at_an_hour_of_high_values_is_no_spike(tables: duckdb.DuckDBPyConnection):
    consume(tables, steadily(JANUARY, FEBRUARY, evening=1500))
    consume(tables, [(FRIDAY + 19 * HOUR, 1501)])
    assert flags(tables) == [(FRIDAY + 19 * HOUR, "beyond quantile")]


def test_thresholds_are_settings(tables: duckdb.DuckDBPyConnection):
    # 60, 100 and 140 Wh in turn: the median of each hour is 100, its absolute deviation 40.
    consume(tables, [(JANUARY + at * HOUR, 60 + (at + at // 24) % 3 * 40) for at in range(30 * 24)])
    consume(tables, [(FRIDAY + hour * HOUR, wh) for hour, wh in ((1, 180), (2, 181), (3, 140), (4, 141))])
    strict = Settings(anomaly_spike_mads=2, anomaly_least_mad_w=1, anomaly_quantile=0.5)
    assert flags(tables, settings=strict) == [
        (FRIDAY + 1 * HOUR, "beyond quantile"),
        (FRIDAY + 2 * HOUR, "spike, beyond quantile"),
        (FRIDAY + 3 * HOUR, "beyond quantile"),
        (FRIDAY + 4 * HOUR, "beyond quantile"),
    ]
    found = tables.execute("select distinct usual_kwh, deviation_kwh, spike_kwh, quantile_kwh from gold.anomaly")
    assert found.fetchall() == [tuple(map(kwh, (100, 40, 180, 100)))]
    assert flags(tables) == [(FRIDAY + hour * HOUR, "beyond quantile") for hour in (1, 2, 4)]


def test_a_deviation_counts_as_a_quarter_of_the_median_at_least(tables: duckdb.DuckDBPyConnection):
    consume(tables, [(JANUARY + at * HOUR, 100 + at % 2) for at in range(30 * 24)])
    consume(tables, [(FRIDAY + hour * HOUR, wh) for hour, wh in ((2, 125), (4, 126))])
    settings = Settings(anomaly_spike_mads=1, anomaly_least_mad_w=1, anomaly_quantile=1)
    assert flags(tables, settings=settings) == [
        (FRIDAY + 2 * HOUR, "beyond quantile"),
        (FRIDAY + 4 * HOUR, "spike, beyond quantile"),
    ]


def test_days_off_are_judged_by_days_off(tables: duckdb.DuckDBPyConnection):
    days = [JANUARY + number * DAY for number in range(31)]
    for day in days:
        consume(tables, [(day + hour * HOUR, (2000 if day.weekday() > 4 else 100) + hour % 2) for hour in range(24)])
    holiday = stored(2013, 2, 5)
    consume(tables, [(day + 10 * HOUR, 1900) for day in (FRIDAY, SATURDAY, holiday, holiday + DAY)])
    assert flags(tables) == [(FRIDAY + 10 * HOUR, "spike"), (holiday + DAY + 10 * HOUR, "spike")]


def test_an_hour_is_that_of_the_clock_on_the_wall(tables: duckdb.DuckDBPyConnection):
    """Before 31 March 19:00 in London is 19:00 in UTC, after it 18:00."""
    april = stored(2013, 4, 1)
    consume(tables, steadily(MARCH, april - DAY, evening=1500))
    consume(tables, [(april + 18 * HOUR, 1500), (april + 19 * HOUR, 1500)])
    assert flags(tables) == [(april + 19 * HOUR, "spike")]


@pytest.mark.parametrize(("hours", "expected"), [(14 * 24 - 1, []), (14 * 24, ["spike, beyond quantile"])])
def test_less_than_two_weeks_judge_nothing(hours: int, expected: list[str], tables: duckdb.DuckDBPyConnection):
    consume(tables, steadily(JANUARY, JANUARY + hours * HOUR))
    consume(tables, steadily(FEBRUARY - 40 * HOUR, FEBRUARY), known=59)
    consume(tables, [(FRIDAY + HOUR, 9000)], known=30)
    assert [reason for _, reason in flags(tables)] == expected


def test_only_the_month_before_judges_a_month_and_each_member_is_judged_alone(tables: duckdb.DuckDBPyConnection):
    consume(tables, [(JANUARY + at * HOUR, 9000 + at % 2) for at in range(31 * 24)])
    consume(tables, steadily(FEBRUARY, MARCH))
    consume(tables, steadily(JANUARY, MARCH), "bert")
    late = [(MARCH + HOUR, 5000), (MARCH + 2 * HOUR, 100)]
    consume(tables, late)
    consume(tables, [(MARCH + HOUR, 100)], "bert")
    assert flags(tables) == [(MARCH + HOUR, "spike, beyond quantile")]


@pytest.mark.parametrize("minutes", [15, 30, 60])
@pytest.mark.parametrize("start", [FEBRUARY + 3 * HOUR, FEBRUARY - 7 * HOUR, FEBRUARY + 20 * HOUR])
def test_twelve_hours_of_equal_consumption_are_a_flat_line_and_a_slot_less_is_none(
    minutes: int, start: datetime, tables: duckdb.DuckDBPyConnection
):
    """Also over midnight and over the end of a month."""
    flat = timedelta(hours=12)
    slots = dict(steadily(start - DAY, start + 2 * DAY, minutes))
    stretch = [one for one in slots if start <= one < start + flat]
    consume(tables, (slots | dict.fromkeys(stretch, 55)).items(), minutes=minutes)
    how = {"settings": Settings(slot_minutes=minutes)}
    assert flags(tables, **how) == [(one, "flat line") for one in stretch]
    days = [stored(2013, 1, 29) + number * DAY for number in range(9)]
    assert flags(tables, **how, windows=days) == [(one, "flat line") for one in stretch]
    tables.execute("update gold.energy_flow set consumption_kwh = 0.056 where period_start_utc = ?", [stretch[-1]])
    assert flags(tables, **how) == []


def test_a_flat_line_may_last_for_days_and_is_broken_by_what_is_not_known(tables: duckdb.DuckDBPyConnection):
    consume(tables, [(FEBRUARY + at * HOUR, 77) for at in range(100) if at not in (11, 40)])
    days = [FEBRUARY + number * DAY for number in range(-1, 6)]
    assert flags(tables, windows=days) == [(FEBRUARY + at * HOUR, "flat line") for at in range(12, 100) if at != 40]
    assert flags(tables, settings=Settings(flat_line_hours=11))[0][0] == FEBRUARY
    assert len(flags(tables, settings=Settings(flat_line_hours=24))) == 28 + 59


def test_a_zero_day_is_one_whose_readings_are_nil_and_of_which_nearly_all_is_known(tables: duckdb.DuckDBPyConnection):
    for number, known in enumerate((24, 20, 19)):
        consume(tables, [(FEBRUARY + number * DAY + hour * HOUR, 0) for hour in range(known)])
    consume(tables, [(FEBRUARY + 3 * DAY + hour * HOUR, int(hour == 23)) for hour in range(24)])
    assert flags(tables) == [
        (FEBRUARY + number * DAY + hour * HOUR, "zero day")
        for number, known in ((0, 24), (1, 20))
        for hour in range(known)
    ]


def test_several_reasons_stand_in_one_order(tables: duckdb.DuckDBPyConnection):
    consume(tables, steadily(JANUARY, FEBRUARY))
    consume(tables, [(FEBRUARY + hour * HOUR, 5000) for hour in range(12)])
    assert {reason for _, reason in flags(tables)} == {"spike, beyond quantile, flat line"}


def lines(start: datetime, end: datetime) -> list[str]:
    """A meter's lines between two instants, about 100 Wh each."""
    return [reading_line("MAC1", one, f"{wh / 1000:.3f}") for one, wh in steadily(start, end, 30)]


FLAGGED = """
    select period_start_utc, consumption_kwh, anomaly_reason from warehouse.fact_energy_flow where is_anomaly order by 1
"""


def test_new_readings_change_no_flag_before_them_and_steps_equal_one_build(
    new_calendar_lake: Callable[[], Lake], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    flat = [reading_line("MAC1", FEBRUARY + 14 * HOUR + at * HOUR / 2, "0.050") for at in range(20)]
    spike = [reading_line("MAC1", FEBRUARY + 5 * HOUR, "4.000")]
    rest = lines(FEBRUARY + 5.5 * HOUR, FEBRUARY + 14 * HOUR)
    stages = {
        "january": lines(JANUARY, FEBRUARY + 5 * HOUR),
        "friday": [*spike, *rest, *flat],
        "a flat line goes on": [reading_line("MAC1", FEBRUARY + DAY + at * HOUR / 2, "0.050") for at in range(6)],
        "high values": [reading_line("MAC1", SATURDAY + 3 * HOUR + at * HOUR / 2, "5.000") for at in range(8)],
        "later": lines(SATURDAY + 7 * HOUR, MARCH + 3 * DAY),
    }
    step_by_step, at_once = new_calendar_lake(), new_calendar_lake()
    register = written(tmp_path / "r.csv", REGISTER_HEADER, ["anna,MAC1,,n,51,0,,,,consumer,2012-12-01,"])
    seen = []
    for lake in (step_by_step, at_once):
        land(lake, "members", register)
    for name, readings in stages.items():
        path = written(tmp_path / f"{name}.csv", METER_HEADER, readings)
        land(step_by_step, "smart_meters", path)
        build_all(step_by_step, name)
        land(at_once, "smart_meters", path)
        seen.append(select(step_by_step, FLAGGED))
    peak = [(FEBRUARY + 5 * HOUR, kwh(4099), "spike, beyond quantile")]
    still = [(FEBRUARY + hour * HOUR, kwh(100), "flat line") for hour in range(14, 27)]
    high = [(SATURDAY + hour * HOUR, kwh(10000), "spike, beyond quantile") for hour in range(3, 7)]
    assert seen == [[], peak, peak + still, peak + still + high, peak + still + high]
    monkeypatch.setattr("wattlake.lake.build.plan.DAYS_AT_ONCE", 20)
    monkeypatch.setattr("wattlake.lake.build.plan.READINGS_OF_A_CHUNK", 1)
    steps = build_all(at_once)
    assert len([step for step in steps if step.rows["gold.anomaly"]]) > 0
    assert len(steps) > 2
    assert hashes(step_by_step) == hashes(at_once)


def test_a_correction_judges_the_month_after_anew(calendar_lake: Lake, tmp_path: Path):
    land(
        calendar_lake,
        "members",
        written(tmp_path / "r.csv", REGISTER_HEADER, ["anna,MAC1,,n,51,0,,,,consumer,2012-12-01,"]),
    )
    high = [reading_line("MAC1", FEBRUARY + 5 * HOUR, "0.800")]
    readings = [*lines(JANUARY, FEBRUARY), *high]
    land(calendar_lake, "smart_meters", written(tmp_path / "m.csv", METER_HEADER, readings))
    build_all(calendar_lake, "first")
    assert [row[2] for row in select(calendar_lake, FLAGGED)] == ["beyond quantile"]
    # Two such hours in January, and 0.8 kWh are no longer beyond its quantile.
    corrected = [reading_line("MAC1", JANUARY + hour * HOUR, "2.000") for hour in (3, 4)]
    land(calendar_lake, "smart_meters", written(tmp_path / "c.csv", METER_HEADER, corrected))
    build_all(calendar_lake, "second")
    assert select(calendar_lake, FLAGGED) == []
