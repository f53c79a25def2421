"""Days unlike the month before are found by a forest and flagged, never changed, whichever days are judged together."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
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
from wattlake.app.dashboard.queries.quality import newest_unusual_days
from wattlake.lake.models.graph import fill, models
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.tasks.producers.unusual_day import produce

JANUARY, FEBRUARY, MARCH, APRIL = (stored(2013, month, 1) for month in (1, 2, 3, 4))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
RULES = ("energy_balance_daily", "unusual_load", "flat_line", "anomaly")
UPSIDE_DOWN, HARDLY_ANY = FEBRUARY + 11 * DAY, FEBRUARY + 19 * DAY
CALENDAR = """
    insert into gold.calendar by name
    select
        period_start_utc, period_start_utc as local_start, hour(local_start) as local_hour,
        isodow(local_start) >= 6 as is_weekend, false as is_holiday
    from (select unnest(range(timestamp '2012-12-01', timestamp '2013-05-01', interval 1 hour)) as period_start_utc)
"""


def wh_of(members: int = 6, days: int = 90) -> np.ndarray:
    """What homes consume: more in the evening, each in its size, with noise; members × days × hours."""
    draw = np.random.default_rng(9)
    habit = 300 + 700 * np.exp(-((np.arange(24) - 19) ** 2) / 6)
    level = draw.normal(1, 0.1, (members, days, 1))
    wh = np.arange(2, members + 2)[:, None, None] / 3 * habit * level * draw.gamma(60, 1 / 60, (members, days, 24))
    if members > 5:
        wh[3, (UPSIDE_DOWN - JANUARY).days] = np.roll(wh[3, (UPSIDE_DOWN - JANUARY).days], 12)
        wh[5, (HARDLY_ANY - JANUARY).days] *= 0.12
    return np.rint(wh)


def consume(tables: duckdb.DuckDBPyConnection, wh: np.ndarray, until: datetime) -> None:
    starts = [JANUARY + at * HOUR for at in range(wh.shape[1] * 24)]
    rows = pl.DataFrame(
        {"member_id": f"m{number}", "period_start_utc": start, "wh": float(value)}
        for number, values in enumerate(wh.reshape(len(wh), -1))
        for start, value in zip(starts, values, strict=True)
        if start < until
    )
    tables.register("consumed", rows.to_arrow())
    tables.execute(
        "insert into gold.energy_flow by name select member_id, period_start_utc, 60 as period_minutes, "
        "'north' as zone, "
        "60 as consumption_minutes, cast(wh / 1000 as decimal(18, 6)) as consumption_kwh, "
        "0 as consumption_estimated_minutes from consumed"
    )


@pytest.fixture
def tables() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        plain_tables(connection)
        connection.execute("set timezone = 'UTC'")
        connection.execute(CALENDAR)
        yield connection


def judged(tables: duckdb.DuckDBPyConnection, *borders: datetime) -> pl.DataFrame:
    """The days that are flagged, judged in windows between these instants."""
    sql = models()["gold.unusual_day"].sql
    parts = [
        produce(tables.execute(fill(sql, Settings(), {"from_utc": begin, "to_utc": end})).pl())
        for begin, end in pairwise(borders)
    ]
    return pl.concat(parts).sort("member_id", "period_start_utc")


def test_a_day_turned_upside_down_is_found_where_every_rule_is_kept_and_what_was_read_stays(tables):
    consume(tables, wh_of(), MARCH)
    build_gold(tables, *RULES)
    by_rules = tables.execute("select member_id, date_trunc('day', period_start_utc) from gold.anomaly").fetchall()
    read = tables.execute("select sum(consumption_kwh) from gold.energy_flow").fetchall()

    days = judged(tables, JANUARY, MARCH)

    keys = set(days.select("member_id", "period_start_utc").iter_rows())
    assert ("m3", UPSIDE_DOWN) in keys and ("m5", HARDLY_ANY) in keys and len(keys) <= 5
    assert ("m3", UPSIDE_DOWN) not in by_rules and ("m5", HARDLY_ANY) not in by_rules
    hardly = days.filter(member_id="m5", period_start_utc=HARDLY_ANY).row(0, named=True)
    assert hardly["stands_out"] == "level" and hardly["deviations"] < -3
    assert float(hardly["consumption_kwh"] / hardly["usual_kwh"]) == pytest.approx(0.12, abs=0.04)
    assert (days["score"] > days["threshold_score"]).all()
    own_day = (
        "select sum(consumption_kwh) from gold.energy_balance_daily where member_id = 'm3' and period_start_utc = ?"
    )
    upside_down = days.filter(member_id="m3", period_start_utc=UPSIDE_DOWN)
    assert tables.execute(own_day, [UPSIDE_DOWN]).fetchall() == [(upside_down["consumption_kwh"].item(),)]
    assert tables.execute("select sum(consumption_kwh) from gold.energy_flow").fetchall() == read


def test_it_does_not_matter_which_days_are_judged_together_nor_what_comes_later(tables):
    wh = wh_of()
    consume(tables, wh, MARCH)
    february = judged(tables, JANUARY, MARCH)
    tables.execute("delete from gold.energy_flow")
    wh[:, 59:] *= 50
    consume(tables, wh, APRIL)

    at_once = judged(tables, JANUARY, APRIL)
    by_day = judged(tables, *[JANUARY + day * DAY for day in range(91)])

    assert at_once.equals(by_day)
    assert at_once.filter(pl.col("period_start_utc") < MARCH).equals(february)
    assert at_once.filter(pl.col("period_start_utc") >= MARCH).height == 31 * 6, "March is nothing like February"
    assert judged(tables, FEBRUARY + 9 * DAY, FEBRUARY + 13 * DAY).equals(
        february.filter(pl.col("period_start_utc").is_between(FEBRUARY + 9 * DAY, FEBRUARY + 12 * DAY))
    )


def test_a_month_of_too_few_days_judges_nothing_and_the_first_month_is_not_judged(tables):
    consume(tables, wh_of(3), MARCH)
    assert judged(tables, JANUARY, MARCH).is_empty(), "93 days are fewer than 100"
    tables.execute("delete from gold.energy_flow")
    consume(tables, wh_of(), FEBRUARY)
    assert judged(tables, JANUARY, MARCH).is_empty()


def lines(wh: np.ndarray, begin: datetime, end: datetime) -> list[str]:
    starts = [JANUARY + at * HOUR for at in range(wh.shape[1] * 24)]
    return [
        reading_line(f"MAC{number}", start + half * HOUR, f"{value / 2000:.4f}")
        for number, values in enumerate(wh.reshape(len(wh), -1))
        for start, value in zip(starts, values, strict=True)
        if begin <= start < end
        for half in (0, 0.5)
    ]


def test_steps_and_a_correction_equal_one_build(new_calendar_lake: Callable[[], Lake], tmp_path: Path):
    wh = wh_of(6, 55)
    corrected = wh[:, :3] * 3
    stages = {
        "january": lines(wh, JANUARY, FEBRUARY + 10 * DAY),
        "february": lines(wh, FEBRUARY + 10 * DAY, MARCH),
        "corrected": lines(corrected, JANUARY, JANUARY + 3 * DAY),
    }
    step_by_step, at_once = new_calendar_lake(), new_calendar_lake()
    register = [f"m{number},MAC{number},,n,51,0,,,,consumer,2012-12-01," for number in range(6)]
    seen = []
    for lake in (step_by_step, at_once):
        land(lake, "members", written(tmp_path / "r.csv", REGISTER_HEADER, register))
    for name, readings in stages.items():
        path = written(tmp_path / f"{name}.csv", METER_HEADER, readings)
        land(step_by_step, "smart_meters", path)
        build_all(step_by_step, name)
        land(at_once, "smart_meters", path)
        seen.append(
            select(step_by_step, "select member_id, period_start_utc, score from gold.unusual_day order by all")
        )
    build_all(at_once)

    assert [("m3", UPSIDE_DOWN) in {row[:2] for row in rows} for rows in seen] == [False, True, True]
    assert seen[1] != seen[2], "another January judges February otherwise"
    listed = newest_unusual_days(step_by_step.reader())
    assert sorted(listed.select("user_id", "day_utc", "score").rows()) == [(m, d.date(), s) for m, d, s in seen[2]]
    assert listed["day_utc"].is_sorted(descending=True)
    assert hashes(step_by_step) == hashes(at_once)


def profile(member: int, day: datetime, out: float = 0.0) -> dict[str, object]:
    """A day that differs from the usual one in every feature, by up to 1, and further out by some more."""
    table = {"member_id": f"m{member:03}", "period_start_utc": day, "consumption_kwh": 1.0, "usual_kwh": 1.0}
    level, peak, base, *shifts = (member * factor % 100 / 100 + out for factor in (37, 53, 71, 7, 11, 13, 17, 19, 23))
    table |= {"judged_month_utc": FEBRUARY, "is_judged": day >= FEBRUARY}
    return table | {"level": level, "peak": peak, "base": base, "shifts": shifts}


def test_a_day_is_scored_the_same_on_every_machine_and_by_every_release_of_a_library():
    before = [profile(member, JANUARY) for member in range(100)]
    flagged = produce(pl.DataFrame([*before, profile(7, FEBRUARY), profile(8, FEBRUARY, 3.0)]))
    columns = ("member_id", "score", "threshold_score", "stands_out", "deviations")
    assert flagged.select(columns).rows() == [("m008", 0.920474, 0.559169, "level", 12.004)]


def test_where_all_days_are_alike_none_is_rare():
    before = [profile(0, JANUARY + member * DAY / 5) for member in range(100)]
    assert produce(pl.DataFrame([*before, profile(0, FEBRUARY)])).is_empty()
