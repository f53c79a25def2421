"""Functions of a project in builds: they make rows, a change of them rebuilds, a failure rolls back or sets aside."""

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.lake_community import DAYS
from harness.lake_steps import build_all, land_rows, select
from tests.support.origins import AFTER_STAGE
from tests.support.own_models import FILES, READING, READING_CONTRACT, SHARE, land_heat
from tests.support.planned_builds import build_as_planned
from tests.support.project_folder import forget, project_folder, write
from wattlake.lake.functions.calls import FunctionFailedError
from wattlake.lake.project import ProjectFileError
from wattlake.lake.quality import GateError
from wattlake.lake.store.lake import Lake

FUNCTIONS = """
import polars as pl

from functions.constants import LEAST_KWH
from wattlake import function


@function
def metered_kwh(written: str) -> float:
    return float(written.replace(",", "."))


@function
def at_least(kwh: float) -> float:
    if kwh > 90:
        raise ValueError(f"{kwh} is unheard of")
    return max(kwh, LEAST_KWH)


@function
def trend(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.group_by("meter_id").agg(
        days=pl.len().cast(pl.Int64), most_kwh=pl.col("heat_pump_kwh").cast(pl.Float64).max()
    )
"""
CALLING = {
    "functions/heat.py": FUNCTIONS,
    "functions/constants.py": "LEAST_KWH = 0.3\n",
    "models/gold/heat_share_daily.sql": SHARE.replace(
        "    heat.heat_pump_kwh\n", "    at_least(heat.heat_pump_kwh) as heat_pump_kwh\n"
    ),
    "models/gold/heat_trend.toml": 'made_by = "trend"' + FILES["models/gold/heat_trend.toml"],
    "models/gold/heat_trend.sql": "-- One row is a house with its days.\nselect * from gold.heat_share_daily\n",
    "models/silver/heat_reading.toml": "sets_failures_aside = true" + READING_CONTRACT,
    "models/silver/heat_reading.sql": READING.replace("try_cast(kwh as decimal(18, 6)) as heat_pump_kwh", "kwh")
    .replace("    heat_pump_kwh,\n", "    metered_kwh(kwh)::decimal(18, 6) as heat_pump_kwh,\n")
    .replace("        when heat_pump_kwh is null then 'unreadable energy'\n", "")
    .replace("when heat_pump_kwh < 0", "when kwh like '-%'"),
}


def test_functions_make_rows_change_what_they_made_and_fail_with_the_row(
    copied_lake: Callable[[str], Lake], tmp_path: Path
):
    lake = copied_lake(AFTER_STAGE[1])
    with project_folder(tmp_path / "project", FILES | CALLING) as folder:
        lake.create()
        land_heat(lake, DAYS[0], 3, 20, "MAC1", "MAC2")
        build_as_planned(lake, "first")
        aside = "select count(*), min(quarantine_reason) from quarantine.heat_reading"
        assert select(lake, aside) == [
            (2, "functions/heat.py:10: metered_kwh('?') failed: ValueError: could not convert string to float: '?'")
        ]
        days = "select min(heat_pump_kwh)::double, max(heat_pump_kwh)::double, count(*) from gold.heat_share_daily"
        assert select(lake, days) == [(0.731, 0.756, 6)]
        assert select(lake, "select days, most_kwh::double from gold.heat_trend") == [(3, 0.756)] * 2
        assert build_all(lake, "nothing new") == []

        # What it imports of functions/ is changed: all that is made by it, and what reads that, is made anew.
        write(folder, {"functions/constants.py": "LEAST_KWH = 0.75\n"})
        forget()
        lake.close()  # A process loads functions once, and its database knows them as they were.
        built = {table for step in build_all(lake, "other constant") for table in step.rows}
        assert built == {"silver.heat_reading", "gold.heat_share_daily"}
        assert select(lake, days) == [(0.75, 0.756, 6)]
        expect_rolled_back(lake)
        expect_checked(lake, folder)


def expect_rolled_back(lake: Lake) -> None:
    """A row on which a function fails is named, and nothing of the build is kept; its correction is built."""
    hour = f"{DAYS[3]} 00:00"
    before = select(lake, "select count(*) from silver.heat_reading")
    land_rows(lake, "heat_pumps", "https://heat.test/wrong", [{"meter": "MAC3", "hour": hour, "kwh": "95,5"}])
    with pytest.raises(FunctionFailedError) as raised:
        build_all(lake, "failing")
    assert str(raised.value).startswith("functions/heat.py:16: at_least(95.5) failed: ValueError: 95.5 is unheard of.")
    assert f"gold.heat_share_daily. The rows: meter_id MAC3, period_start_utc {DAYS[3]} 00:00:00." in str(raised.value)
    assert select(lake, "select count(*) from silver.heat_reading") == before
    land_rows(lake, "heat_pumps", "https://heat.test/right", [{"meter": "MAC3", "hour": hour, "kwh": "9,5"}])
    build_all(lake, "corrected")
    assert select(lake, "select heat_pump_kwh::double from gold.heat_share_daily where meter_id = 'MAC3'") == [(9.5,)]


def expect_checked(lake: Lake, folder: Path) -> None:
    """A new check is run though nothing landed: a warning is recorded, an error rolls back until its rows are right."""
    check = """-- A heat pump draws more than its house.
-- severity: warning
select meter_id, period_start_utc
from gold.heat_share_daily
where heat_pump_kwh > 9
"""
    write(folder, {"checks/too_much.sql": check})
    forget()
    lake.close()
    build_all(lake, "checked")
    recorded = (
        "select check_name, table_name, severity, rows_seen, rows_failing from ops.check_result "
        "where check_name like 'A heat%' order by checked_at_utc, build_id"
    )
    result = ("A heat pump draws more than its house", "gold.heat_share_daily", "warn", 7, 1)
    assert select(lake, recorded) == [result]
    assert build_all(lake, "nothing new") == []
    write(folder, {"checks/too_much.sql": check.replace("warning", "error")})
    with pytest.raises(GateError, match=r"A heat pump draws more than its house \(1 of 7 rows\)"):
        build_all(lake, "failing")
    assert len(select(lake, recorded)) == 2
    write(folder, {"checks/too_much.sql": check.replace("> 9", "> 9 and meter_id::bigint > 0")})
    with pytest.raises(ProjectFileError, match=r"The check of gold.heat_share_daily, `A heat pump .*Conversion Err"):
        build_all(lake, "no number")
    by_number = "-- One row is a house.\nselect meter_id::bigint::varchar as meter_id from gold.heat_share_daily\n"
    write(folder, {"checks/too_much.sql": check, "models/gold/heat_trend.sql": by_number})
    forget()
    with pytest.raises(ProjectFileError, match=r"models/gold/heat_trend.sql:1: Conversion Error.* Nothing of the"):
        build_all(lake, "no number")
