"""Plants' files that a mapping describes: the shipped examples read value for value, and what is wrong is told."""

import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from harness.lake_steps import build_all, origin, select, stored
from harness.services import PROJECT
from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.landing.files import land_files
from wattlake.lake.mapping import MappingError, PlantMapping, read_mapping
from wattlake.lake.store.lake import Lake
from wattlake.tasks.sources import inverters

EXAMPLES = PROJECT / "wattlake" / "mappings" / "plants"
PORTAL = """Wechselrichter;Zeit;Pac [W];Pdc [W];E-Total [kWh]
WR 1;01.03.2013 08:05;1250,6;1300;15230,25
WR 1;01.03.2013 08:10;1300;1355;15230,5
WR 1;01.03.2013 08:10;1300;1355;15230,5
;01.03.2013 08:10;900;950;9000
WR 2;01.03.2013 08:05;1.250,6;1300;9000
WR 2;01.03.2013 08:10;-;;
"""
SENSOR = """site,timestamp,poa_irradiance,module_temp,ambient_temp
north,2013-03-01T08:00:00Z,512.34,31.5,12
north,2013-03-01T08:15:00Z,5120,31.5,12
"""
READ = "ac_power_w, dc_power_w, total_yield_kwh * 1000, irradiance_w_per_m2, module_temperature_celsius"
GOOD = (EXAMPLES / "portal.toml").read_text(encoding="utf-8")


def put(inbox: Path, name: str, text: str, mapping: str) -> Path:
    """A file with its mapping in a folder of its own."""
    folder = inbox / mapping
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(EXAMPLES / f"{mapping}.toml", folder / "mapping.toml")
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def ingest(lake: Lake, inbox: Path) -> int:
    """Land the files of an inbox; gives their rows."""
    paths = inverters.SOURCE.files(inbox)
    mappings = inverters.SOURCE.mapping_files(inbox, paths)
    return sum(rows for _, rows in land_files(lake, origin("inverters"), paths, inverters.SOURCE.layouts, mappings))


def test_every_shipped_example_is_a_mapping_of_plants():
    assert {path.stem for path in EXAMPLES.glob("*.toml")} == {"portal", "sensor"}
    for path in EXAMPLES.glob("*.toml"):
        assert isinstance(read_mapping(path.read_text(encoding="utf-8"), path.name), PlantMapping)


def test_inverters_and_sensors_of_other_layouts_are_read_beside_a_register(calendar_lake: Lake, tmp_path: Path):
    inbox = tmp_path / "inbox"
    put(inbox, "export_dach-nord_2013-03.csv", PORTAL, "portal")
    put(inbox, "weather.csv", SENSOR, "sensor")
    (inbox / "panels.csv").write_text("plant_id,panel_id,panel_kwp\ndach-nord,WR 1,7.5\n")
    assert ingest(calendar_lake, inbox) == 9
    build_all(calendar_lake)
    found = select(calendar_lake, f"select plant_id, panel_id, period_start_utc, period_minutes, {READ} "
                   "from silver.inverter_reading order by all")  # fmt: skip
    assert found == [
        ("dach-nord", "WR 1", stored(2013, 3, 1, 7, 0), 5, 1251, 1300, 15_230_250, None, None),
        ("dach-nord", "WR 1", stored(2013, 3, 1, 7, 5), 5, 1300, 1355, 15_230_500, None, None),
        (
            "north",
            "weather station",
            stored(2013, 3, 1, 8, 0),
            15,
            None,
            None,
            None,
            Decimal("512.3"),
            Decimal("31.50"),
        ),
    ]
    aside = "select quarantine_reason, original->>'line' from quarantine.inverter_reading order by all"
    assert select(calendar_lake, aside) == [
        ("impossible irradiation", "3"),
        ("no inverter id", "5"),
        ("unreadable number", "6"),
        ("unreadable number", "7"),
    ]
    assert select(calendar_lake, "select plant_id, panel_id, panel_kwp from silver.panel") == [
        ("dach-nord", "WR 1", Decimal("7.500"))
    ]
    counts = (
        "select sum(landed), sum(superseded), sum(repeated), sum(quarantined), sum(rows_read) from ops.reconciliation"
    )
    assert select(calendar_lake, f"{counts} where source = 'inverters'") == [(9, 0, 1, 4, 9)]


def test_a_mapping_that_changed_makes_the_readings_anew(calendar_lake: Lake, tmp_path: Path):
    inbox = tmp_path / "inbox"
    path = put(inbox, "export_dach-nord_2013-03.csv", PORTAL, "portal")
    ingest(calendar_lake, inbox)
    build_all(calendar_lake)
    (path.parent / "mapping.toml").write_text(GOOD.replace('unit = "W"', 'unit = "kW"'), encoding="utf-8")
    assert ingest(calendar_lake, inbox) == 0
    build_all(calendar_lake, "next")
    assert select(
        calendar_lake, "select max(ac_power_w), max(total_yield_kwh) * 1000 from silver.inverter_reading"
    ) == [(1_300_000, 15_230_500)]


WRONG = {
    "no power": ((('ac_power = "Pac [W]"\n', ""),), "give `ac_power` for a file of inverters, or `irradiance`"),
    "no panel": ((('panel = "Wechselrichter"\n', ""),), "give one of `panel`, `panel_id`, `panel_from_file_name`"),
    "no unit": ((('unit = "W"\n', ""),), "`power.unit` is missing"),
    "a unit there is not": ((('unit = "W"', 'unit = "hp"'),), "`power.unit`: input should be 'W', 'kW' or 'MW'"),
    "no label": ((('label = "end"\n', ""),), "`time.label` is missing"),
    "a period there is not": (((" = 5", " = 7"),), "`time.period_minutes`: input should be 1, 5, 10, 15, 30 or 60"),
    "a key there is not": ((('[power]', '[power]\nsign = "net"'),), "`power.sign` is no key of a mapping"),
    "two groups": (((r"(.+)_\d{4}-\d\d", r"(.+)_(\d{4})-\d\d"),), "has 2 groups; put what is the id, and only that"),
    "no hour": (((" %H:%M", ""),), "lacks the hour"),
    "a key of days": ((("= 5", '= 5\nday_columns = "clock"'),), "`time.day_columns` is of meter files"),
}  # fmt: skip


@pytest.mark.parametrize("fault", WRONG)
def test_a_wrong_mapping_of_a_plant_is_told_with_its_key(fault: str):
    changes, said = WRONG[fault]
    text = GOOD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    with pytest.raises(MappingError) as told:
        read_mapping(text, "mapping.toml")
    assert said in str(told.value)


MISFITS: dict[str, tuple[str, Callable[[str], str], str]] = {
    "a column": ("export_x_2013-03.csv", lambda text: text.replace("Zeit", "Time"), "needs `Zeit`"),
    "the name": ("may.csv", lambda text: text, "`columns.plant_from_file_name`, `export_"),
    "the time": ("export_x_2013-03.csv", lambda text: text.replace("01.03.2013", "03/01/2013"), "expected `%d.%m.%Y"),
    "the decimals": (
        "export_x_2013-03.csv",
        lambda _: "Wechselrichter;Zeit;Pac [W];Pdc [W];E-Total [kWh]\nWR 1;01.03.2013 08:05;1250.6;1300;1\n",
        "line 2, column `Pac [W]`: found `1250.6`, expected a number with `,` before its decimals (`power.decimal`)",
    ),
}


@pytest.mark.parametrize("fault", MISFITS)
def test_a_file_that_its_mapping_does_not_fit_is_told(calendar_lake: Lake, tmp_path: Path, fault: str):
    name, change, said = MISFITS[fault]
    put(tmp_path / "inbox", name, change(PORTAL), "portal")
    with pytest.raises(UnreadableFileError) as told:
        ingest(calendar_lake, tmp_path / "inbox")
    assert said in str(told.value)


def test_a_meters_mapping_in_the_inbox_of_plants_is_refused(calendar_lake: Lake, tmp_path: Path):
    path = put(tmp_path / "inbox", "export_x_2013-03.csv", PORTAL, "portal")
    shutil.copy(PROJECT / "wattlake" / "mappings" / "london.toml", path.parent / "mapping.toml")
    with pytest.raises(UnreadableFileError, match="is a mapping of smart_meters, but lies in the inbox of inverters"):
        ingest(calendar_lake, tmp_path / "inbox")
