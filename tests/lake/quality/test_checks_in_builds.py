"""What a build does with its checks: it remarks on the unlikely, rolls the wrong back, and keeps all results."""

import json
from datetime import timedelta
from functools import partial
from pathlib import Path

import polars as pl
import pytest

from harness.lake_community import DAYS, REGISTER, weather
from harness.lake_steps import (
    METER_HEADER,
    NOW,
    REGISTER_HEADER,
    build_all,
    day_of_readings,
    land,
    land_rows,
    select,
    written,
)
from wattlake.lake.build.run import build
from wattlake.lake.quality import CheckResult, GateError, record
from wattlake.lake.quality.report import failures_of_last_build, findings, last_build, tables_checked
from wattlake.lake.reports.status import troubles
from wattlake.lake.store.lake import Lake
from wattlake.tasks.producers import producers

LATER = NOW + timedelta(hours=1)
SHARED = "eve,MAC1,,north,51.5,-0.1,,,,consumer,2012-01-01,"
"""A member with anna's meter."""


def land_two_days(lake: Lake, folder: Path, *more: str) -> None:
    """Anna's readings and weather of two days, and the register."""
    land(lake, "members", written(folder / "register.csv", REGISTER_HEADER, [REGISTER[0], *more]))
    rows = [row for day in DAYS[:2] for row in weather("north", day)]
    land_rows(lake, "open_meteo", "https://archive.test/v1/archive?zone=north", rows)
    lines = [line for day in DAYS[:2] for line in day_of_readings("MAC1", day)]
    land(lake, "smart_meters", written(folder / "m.csv", METER_HEADER, [*lines, "MAC1,nonsense,1"]))


def test_what_is_unlikely_is_recorded_and_the_build_goes_on(calendar_lake: Lake, tmp_path: Path):
    land_two_days(calendar_lake, tmp_path, SHARED)
    build_all(calendar_lake, "build")
    assert select(calendar_lake, "select count(distinct member_id) from gold.energy_flow") == [(2,)]
    remarks = select(
        calendar_lake,
        "select table_name, check_name, rows_seen, rows_failing from ops.check_result "
        "where severity = 'warn' and rows_failing > 0 order by all",
    )
    assert remarks == [
        ("gold.member_version", "a meter has one owner at a time", 2, 1),
        ("gold.meter_daily", "newest period is at most 7 days old", 1, 1),
        ("silver.meter_reading", "no reading is quarantined", 97, 1),
        ("silver.weather_hourly", "newest period is at most 9 days old", 1, 1),
    ]
    assert failures_of_last_build(calendar_lake.reader()) == []


def test_every_table_that_was_built_was_checked_and_no_other_looks_as_if(calendar_lake: Lake, tmp_path: Path):
    land_two_days(calendar_lake, tmp_path)
    build_all(calendar_lake, "build")
    checked = {table: len(said) for table, said in tables_checked(findings(calendar_lake.reader()))}
    assert checked["gold.energy_flow"] > 25
    assert checked["warehouse.fact_energy_flow"] > 6
    assert checked["warehouse.dim_user"] > 10
    assert checked["bronze.smart_meters"] == 5
    assert checked["gold.forecast"] == 1, "none was issued: its columns alone were looked at"
    never = select(
        calendar_lake,
        "select completeness_ratio, uniqueness_ratio, timeliness_ratio, consistency_ratio "
        "from warehouse.quality_score_daily where table_name = 'gold.forecast'",
    )
    assert never == [(None, None, None, None)]


def test_each_check_of_a_table_is_one_result_however_many_stretches_of_days_are_written(
    calendar_lake: Lake, tmp_path: Path
):
    lines = [line for day in (DAYS[0], DAYS[0] + timedelta(days=20)) for line in day_of_readings("MAC1", day)]
    land(calendar_lake, "smart_meters", written(tmp_path / "far.csv", METER_HEADER, lines))
    build_all(calendar_lake, "build")
    per_check = "select 1 from ops.check_result group by build_id, table_name, check_name having count(*) > 1"
    assert select(calendar_lake, f"select count(*) from ({per_check})") == [(0,)]
    of_keys = "table_name = 'gold.meter_daily' and check_name = 'key is unique'"
    assert select(calendar_lake, f"select rows_seen from ops.check_result where {of_keys}") == [(2,)]


def test_the_views_of_the_register_are_checked_where_it_has_news(calendar_lake: Lake, tmp_path: Path):
    def build_with_results_of_users(build_id: str) -> int:
        build_all(calendar_lake, build_id)
        of_build = f"build_id like '{build_id}/%' and check_name = 'user_sk is given'"
        counted = f"select count(*) from ops.check_result where table_name = 'warehouse.dim_user' and {of_build}"
        return select(calendar_lake, counted)[0][0]

    land_two_days(calendar_lake, tmp_path)
    assert build_with_results_of_users("first") == 1
    land(calendar_lake, "smart_meters", written(tmp_path / "more.csv", METER_HEADER, day_of_readings("MAC1", DAYS[2])))
    assert build_with_results_of_users("readings") == 0
    land(calendar_lake, "members", written(tmp_path / "again.csv", REGISTER_HEADER, [REGISTER[0], SHARED]))
    list(build(calendar_lake, producers(), "ahead", LATER, only="gold.zone"))
    assert build_with_results_of_users("register") == 1


def test_a_build_that_breaks_a_promise_is_rolled_back_and_all_its_results_are_kept(calendar_lake: Lake, tmp_path: Path):
    land_two_days(calendar_lake, tmp_path)
    dark = {"gold.pv_output_hourly": lambda weather: producers()["gold.pv_output_hourly"](weather).with_columns(
        output_w_per_kwp=pl.lit(-1, pl.Decimal(9, 3)))}  # fmt: skip
    with pytest.raises(GateError, match="output_w_per_kwp ge 0"):
        list(build(calendar_lake, producers() | dark, "bad", LATER))
    assert select(calendar_lake, "select count(*) from silver.meter_reading") == [(0,)]
    reader = calendar_lake.reader()
    assert last_build(reader) == ("bad", LATER.replace(tzinfo=None))
    (broken,) = [one for one in failures_of_last_build(reader) if one.table_name == "gold.pv_output_hourly"]
    assert broken.check_name == "output_w_per_kwp ge 0"
    assert broken.keys[0]["zone"] == "north"
    assert [trouble for trouble in troubles(reader) if "output_w_per_kwp ge 0" in trouble] != []
    assert select(calendar_lake, "select count(*) > 100 from ops.check_result where build_id = 'bad/1'") == [(True,)]
    land(calendar_lake, "smart_meters", written(tmp_path / "more.csv", METER_HEADER, day_of_readings("MAC1", DAYS[2])))
    list(build(calendar_lake, producers(), "good", LATER + timedelta(hours=1)))
    assert failures_of_last_build(calendar_lake.reader()) == []


def test_the_score_of_a_day_is_the_part_that_was_in_order(folder_lake: Lake):
    def result(dimension: str, seen: int, failing: int, name: str = "a") -> CheckResult:
        keys = json.dumps([{"k": 1}]) if failing else None
        return CheckResult(name, "gold.zone", "warn", seen, failing, keys, dimension)

    first = [
        *(result("validity", 80, 0, "a"), result("validity", 20, 5, "b"), result("completeness", 1, 3, "c")),
        *(result("uniqueness", 0, 0, "d"), result("timeliness", 4, 0, "e")),
    ]
    folder_lake.write(lambda connection: record(connection, first, "one/1", NOW))
    folder_lake.write(lambda connection: record(connection, [result("validity", 10, 1)], "two/1", NOW + timedelta(1)))
    assert select(folder_lake, "from warehouse.quality_score_daily order by checked_on") == [
        ("gold.zone", NOW.date(), 5, 2, 0.0, 0.95, None, 1.0, None),
        ("gold.zone", NOW.date() + timedelta(1), 1, 1, None, 0.9, None, None, None),
    ]


def test_the_transactions_of_one_build_are_told_together_and_the_newest_build_has_the_last_word(folder_lake: Lake):
    def results(failing: int) -> list[CheckResult]:
        keys = json.dumps([{"zone": f"z{failing}"}]) if failing else None
        return [CheckResult("a", "gold.zone", "fail", 10, failing, keys, "validity")]

    for build_id, failing, hours in (("old/1", 9, 0), ("new/1", 1, 1), ("new/2", 0, 1), ("new/3", 2, 1)):
        keep = partial(record, results=results(failing), build_id=build_id, now_utc=NOW + timedelta(hours=hours))
        folder_lake.write(keep)
    (found,) = findings(folder_lake.reader())
    assert (found.build, found.rows_seen, found.rows_failing) == ("new", 30, 3)
    assert sorted(key["zone"] for key in found.keys) == ["z1", "z2"]
    assert failures_of_last_build(folder_lake.reader()) == [found]
    folder_lake.write(lambda connection: record(connection, results(0), "newest/1", NOW + timedelta(hours=2)))
    assert failures_of_last_build(folder_lake.reader()) == []
