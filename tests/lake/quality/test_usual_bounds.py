"""Readings and temperatures beyond what is usual in their zone are told, by the settings, and stay where they are."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from harness.lake_community import DAYS, weather
from harness.lake_steps import (
    METER_HEADER,
    REGISTER_HEADER,
    build_all,
    land,
    land_rows,
    reading_line,
    select,
    stored,
    written,
)
from wattlake.lake.quality import check_sql
from wattlake.lake.settings import Settings, WrongSettingError
from wattlake.lake.store.lake import Lake


@pytest.fixture
def odd_lake(calendar_lake: Lake, tmp_path: Path) -> Lake:
    """Three meters, two of them of members, each with a reading of 30 and one of 60 kWh; and a day of weather."""
    register = [f"{name},{name}-m,,{name},51.5,-0.1,,,,consumer,2012-01-01," for name in ("north", "south")]
    land(calendar_lake, "members", written(tmp_path / "register.csv", REGISTER_HEADER, register))
    lines = [
        reading_line(meter, stored(2013, 1, 30) + timedelta(minutes=30 * n), kwh)
        for meter in ("north-m", "south-m", "nobodys")
        for n, kwh in enumerate(("30", "60", "0.5"))
    ]
    land(calendar_lake, "smart_meters", written(tmp_path / "meters.csv", METER_HEADER, lines))
    rows = [
        row | {"temperature_2m": text} for row, text in zip(weather("north", DAYS[0]), ["-21", "46", "0"], strict=False)
    ]
    land_rows(calendar_lake, "open_meteo", "https://archive.test/v1/archive?zone=north", rows)
    build_all(calendar_lake)
    return calendar_lake


def told(lake: Lake, **settings: Any) -> dict[str, tuple[int, str]]:
    """What the checks of usual bounds tell of which table: how many rows fail, and which."""
    found = check_sql(lake.reader(), Settings(**settings))
    return {check.table_name: (check.rows_failing, check.keys or "") for check in found if "usual" in check.check_name}


def test_what_is_beyond_the_usual_bounds_is_told_and_stays(odd_lake: Lake):
    found = told(odd_lake)
    assert {table: failing for table, (failing, _) in found.items()} == {
        "silver.meter_reading": 3,
        "silver.weather_hourly": 1,
    }
    assert '"readings": 1' in found["silver.meter_reading"][1]
    assert '"hours": 2' in found["silver.weather_hourly"][1]
    severities = "select distinct severity from ops.check_result where check_name like '%beyond what is usual%'"
    assert select(odd_lake, severities) == [("warn",)]
    assert select(odd_lake, "select count(*) from silver.meter_reading") == [(9,)]
    assert select(odd_lake, "select count(*) from quarantine.meter_reading") == [(0,)]


def test_a_zone_has_bounds_of_its_own(odd_lake: Lake):
    usual = {"*": [0, 100], "north": [0, 20], "south": [1, 100]}
    failing, keys = told(odd_lake, usual_kwh=usual)["silver.meter_reading"]
    assert (failing, "nobodys" in keys) == (2, False)
    assert '"readings": 2' in keys, "30 and 60 kWh in the north"
    assert '"least_kwh": "0.500000"' in keys, "half a kWh in the south"
    assert told(odd_lake, usual_celsius={"*": [-90, 60], "south": [0, 1]})["silver.weather_hourly"][0] == 0


@pytest.mark.parametrize("usual", [{"north": [0, 1]}, {"*": [1, 0]}, {"*": [1]}, {"*": [0, float("nan")]}])
def test_bounds_that_are_none_are_refused(usual: dict[str, list[float]]):
    with pytest.raises(WrongSettingError, match="WATTLAKE_USUAL_KWH"):
        Settings(usual_kwh=usual)


def test_ten_times_the_power_of_a_meter_s_own_history_is_told_once_there_is_one(calendar_lake: Lake, tmp_path: Path):
    powers = {  # In kW, by day; a home, one that is new, a plant, and a home that never had 25 kW.
        "jumped": [2.4] * 14 + [24.2, 25.2, 25.2],
        "new": [2.4] * 13 + [26],
        "plant": [400] * 14 + [900],
        "small": [0.1] * 14 + [24.9],
    }
    lines = [
        reading_line(meter, stored(2013, 1, 1) + timedelta(days=day), f"{kw / 2}")
        for meter, by_day in powers.items()
        for day, kw in enumerate(by_day)
    ]
    land(calendar_lake, "smart_meters", written(tmp_path / "meters.csv", METER_HEADER, lines))
    build_all(calendar_lake)
    assert unheard_of(calendar_lake) == 0, "a step before made it heard of"

    later = [reading_line("jumped", stored(2013, 1, 15), "1"), reading_line("jumped", stored(2013, 1, 17), "813")]
    land(calendar_lake, "smart_meters", written(tmp_path / "later.csv", METER_HEADER, later))
    build_all(calendar_lake, "again")
    assert unheard_of(calendar_lake) == 2, "25.2 kW after 2.4, and 1,626 kW after 25.2"
    assert select(calendar_lake, "select max(energy_kwh) from silver.meter_reading") == [(813,)]


def unheard_of(lake: Lake) -> int:
    """How many days with more power than a meter's history has ever had are told."""
    (rows,) = (check.rows_failing for check in check_sql(lake.reader(), Settings()) if "over 25 kW" in check.check_name)
    return rows
