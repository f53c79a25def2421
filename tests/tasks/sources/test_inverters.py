"""Plant files in the layouts of portals: read value for value, and what is odd in them set aside with a reason."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from harness.lake_steps import NOW, build_all, select
from tests.support import silver
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.tasks.landing.land import land
from wattlake.tasks.sources import inverters

GOOD = {"DATE_TIME": "2020-05-15 06:00:00", "PLANT_ID": "P", "SOURCE_KEY": "I", "AC_POWER": "1.5"}
NUMBERS = ("ac_power_w", "dc_power_w", "daily_yield_kwh", "total_yield_kwh", "irradiance_w_per_m2")
NUMBERS += ("module_temperature_celsius", "ambient_temperature_celsius")


def read(*rows: dict[str, str | None], table: str = "inverter_reading", **settings: Any) -> list[dict[str, Any]]:
    """Rows of a file as a silver model reads them."""
    names = dict.fromkeys(name for row in rows for name in row)
    landed = pl.DataFrame(
        [{name: row.get(name) for name in names} for row in rows], schema=dict.fromkeys(names, pl.String)
    )
    return silver.rows(table, "inverters", landed, settings=Settings(**settings))


def reason(**changed: str | None) -> str | None:
    """Why a good row with some other cells is set aside."""
    (row,) = read(GOOD | changed)
    return row["quarantine_reason"]


def _order(row: tuple[Any, ...]) -> str:
    return str(row[:5])


def test_day_first_and_iso_dates_are_read_and_a_row_without_its_inverter_is_set_aside():
    found = silver.rows("inverter_reading", "inverters", silver.csv(silver.ANSWERS / "inverters.csv"))
    six = silver.utc(2020, 5, 15, 6)
    expected = [
        ("4135001", "1BY6WEcLGh8j5v7", six, 2_250, 23_500, 375, 6_259_559_375, None),
        ("4135001", "1BY6WEcLGh8j5v7", six + timedelta(minutes=15), 11_750, 120_125, 2_500, 6_259_561_500, None),
        ("4135001", None, six + timedelta(minutes=15), 11_500, 118_000, 2_400, 6_183_647_400, "no inverter id"),
        *[("4136001", "4UPUqMRk7TRMgml", six + timedelta(minutes=30), 29_500, 30_250, 4_000, 2_429_011_000, None)] * 2,
    ]
    expected = [(*row[:5], *(Decimal(wh).scaleb(-3) for wh in row[5:7]), row[7]) for row in expected]
    names = ("plant_id", "panel_id", "period_start_utc", *NUMBERS[:4], "quarantine_reason")
    assert sorted(silver.picked(found, *names), key=_order) == sorted(expected, key=_order)
    assert {row["period_minutes"] for row in found} == {15}


def test_weather_of_a_plant_is_read_in_watts_and_degrees():
    weather = {"SOURCE_KEY": "S", "AC_POWER": None, "IRRADIATION": "0.8765", "MODULE_TEMPERATURE": "41.237"}
    (row,) = read(GOOD | weather | {"AMBIENT_TEMPERATURE": "-3.5"})
    expected = (None, None, None, None, Decimal("876.5"), Decimal("41.24"), Decimal("-3.50"))
    assert silver.picked([row], *NUMBERS) == [expected]
    assert row["quarantine_reason"] is None


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"PLANT_ID": " "}, "no plant id"),
        ({"SOURCE_KEY": None}, "no inverter id"),
        ({"SOURCE_KEY": "a\0b"}, "NUL in an id"),
        ({"DATE_TIME": "15.15.2020 06:00"}, "unreadable time"),
        ({"DATE_TIME": "15/05/2020 06:07"}, "off the quarter-hour grid"),
        ({"DATE_TIME": "2039-05-15 06:00:00"}, "later than its file"),
        ({"DATE_TIME": "1999-05-15 06:00:00"}, "outside the years of the calendar"),
        ({"AC_POWER": "1_000"}, "unreadable number"),
        ({"DC_POWER": "n/a"}, "unreadable number"),
        ({"AC_POWER": " "}, "no value"),
        ({"AC_POWER": "nan"}, "impossible power"),
        ({"AC_POWER": "10000001"}, "impossible power"),
        ({"TOTAL_YIELD": "-1"}, "impossible yield"),
        ({"IRRADIATION": "876"}, "impossible irradiation"),
        ({"MODULE_TEMPERATURE": "400"}, "impossible temperature"),
        ({"provenance": "guessed"}, "unknown provenance"),
        ({"AC_POWER": "-0.002", "DC_POWER": " 0 "}, None),
        ({"DATE_TIME": "15-05-2020 06:00"}, None),
        ({"DATE_TIME": "2020-05-15T06:00:00"}, None),
    ],
)
def test_what_cannot_be_a_reading_is_set_aside_and_told(changed: dict[str, str | None], expected: str | None):
    assert reason(**changed) == expected


def test_a_line_that_is_no_line_of_its_file_is_set_aside_whole():
    (row,) = read({"DATE_TIME": "a line, too many, cells", "PLANT_ID": None, "SOURCE_KEY": None, "AC_POWER": None})
    assert row["quarantine_reason"] == "not the columns of its file, or no UTF-8"


def test_the_plants_clock_may_be_another_and_its_skipped_hour_is_no_time():
    (india,) = read(GOOD, plants_timezone="Asia/Kolkata")
    skipped, before = read(
        GOOD | {"DATE_TIME": "2020-03-29 02:30:00"},
        GOOD | {"DATE_TIME": "2020-03-29 01:45:00"},
        plants_timezone="Europe/Berlin",
    )
    assert india["period_start_utc"] == silver.utc(2020, 5, 15, 0, 30)
    assert skipped["quarantine_reason"] == "a time that the clock skipped"
    assert (before["period_start_utc"], before["quarantine_reason"]) == (silver.utc(2020, 3, 29, 0, 45), None)


def test_the_register_gives_each_panel_its_size_and_its_days():
    good = {"PLANT_ID": "P", "panel_id": "I", "panel_kwp": "75.5", "valid_from": "2020-01-01", "valid_to": ""}
    wrong = {
        "impossible panel_kwp": {"panel_kwp": "0"},
        "no panel id": {"panel_id": " "},
        "no plant id": {"PLANT_ID": None},
        "unreadable valid_from": {"valid_from": "01.02.2020"},
        "unreadable valid_to": {"valid_to": "soon"},
        "valid_to before valid_from": {"valid_to": "2019-12-31"},
    }
    first, *rest = read(good, *(good | changed for changed in wrong.values()), table="panel")
    names = ("plant_id", "panel_id", "panel_kwp", "commissioned_utc", "decommissioned_utc", "quarantine_reason")
    assert silver.picked([first], *names) == [("P", "I", Decimal("75.500"), silver.utc(2020, 1, 1), None, None)]
    assert silver.reasons(rest) == list(wrong)


def test_each_row_is_read_by_one_of_the_two_tables():
    register = {"PLANT_ID": "P", "panel_id": "I", "panel_kwp": "75"}
    assert len(read(GOOD, register)) == 1
    assert len(read(GOOD, register, table="panel")) == 1


def test_a_folder_without_plant_files_is_told_but_mapped_text_is_found(tmp_path: Path):
    (tmp_path / "plant").mkdir()
    (tmp_path / "plant" / "may.txt").write_text("x")
    with pytest.raises(ValueError, match="holds no file that ends in"):
        inverters.SOURCE.files(tmp_path)
    (tmp_path / "plant" / "mapping.toml").write_text("")
    assert inverters.SOURCE.files(tmp_path) == [tmp_path / "plant" / "may.txt"]
    assert inverters.SOURCE.mapping_files(tmp_path, inverters.SOURCE.files(tmp_path)) == {
        tmp_path / "plant" / "may.txt": tmp_path / "plant" / "mapping.toml"
    }


@pytest.mark.parametrize("header", ["plant_id,panel_id,panel_kwp", "PLANT_ID,panel_id,panel_kwp,valid_from,valid_to"])
def test_a_register_beside_a_plants_files_with_a_mapping_is_still_the_register(folder_lake: Lake, tmp_path, header):
    inbox = tmp_path / "inverters"
    inbox.mkdir()
    (inbox / "mapping.toml").write_text(
        'name = "plant"\n[columns]\nplant_id = "PL1"\npanel = "INVERTER"\ndatetime = "TIME"\nac_power = "KW"\n'
        '[time]\nformat = "%d-%m-%Y %H:%M"\nzone = "UTC"\nlabel = "start"\nperiod_minutes = 15\n[power]\nunit = "kW"\n'
    )
    (inbox / "plant.csv").write_text("TIME,INVERTER,KW\n01-06-2012 12:00,INV1,40\n")
    empty_days = ",," if "valid" in header else ""
    (inbox / "panels.csv").write_text(f"{header}\nPL1,INV1,55{empty_days}\n")
    lake = Lake(folder_lake.settings.model_copy(update={"inverters": str(inbox)}))
    days = date(2012, 6, 1), date(2012, 6, 2)
    assert [step.rows for step in land(lake, "inverters", *days, NOW, "run")] == [2]
    build_all(lake)
    assert select(lake, "select plant_id, panel_id, panel_kwp from silver.panel") == [("PL1", "INV1", Decimal(55))]
    assert select(lake, "select panel_id, ac_power_w from silver.inverter_reading") == [("INV1", 40_000)]
