"""Registers as Excel, and with a mapping of their columns: members value for value, and what is wrong told."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from harness.lake_steps import NOW, build_all, select, stored
from tests.support.packed_files import write_workbook
from wattlake.lake.mapping import MappingError, RegisterMapping, read_mapping
from wattlake.lake.store.lake import Lake
from wattlake.tasks.landing.failures import PartlyLandedError
from wattlake.tasks.landing.land import land

OWN = ["member_id", "meter_id", "zone", "latitude", "longitude", "member_type", "valid_from", "panel_kwp"]
MAPPING = """
name = "members-list"
[file]
delimiter = ";"
[columns]
member_id = "Mitglied"
meter_id = "Zählpunkt"
production_meter_id = "Zählpunkt Einspeisung"
panel_kwp = "PV (kWp)"
member_type = "Art"
valid_from = "seit"
left = "bis"
[always]
zone = "nord"
latitude = "48.2"
longitude = "16.4"
[register]
decimal = ","
date_format = "%d.%m.%Y"
[member_types]
Verbraucher = "consumer"
Erzeuger = "prosumer"
"""
LIST = """Mitglied;Zählpunkt;Zählpunkt Einspeisung;PV (kWp);Art;seit;bis
="001";AT1;AT1P;4,25;Erzeuger;01.02.2012;
002;AT2;;;verbraucher;01.02.2012;31.12.2012
003;AT3;;;Gast;01.02.2012;
004;AT4;;4.25;;01.02.2012;
005;AT5;AT5P;;;31.02.2012;
006;AT6;AT6P;;;01.02.2012;
"""
SHOWN = "member_id, meter_id, production_meter_id, panel_kwp, member_type, valid_from_utc"
READ = f"select {SHOWN} from silver.member order by 1"


def ingest(lake: Lake, inbox: Path) -> int:
    """Land the register of an inbox, and bring its table up to date; gives the rows landed."""
    lake.settings.inbox["members"] = str(inbox)
    object.__setattr__(lake.settings, "members", str(inbox))
    day = date(2013, 1, 1)
    rows = sum(step.rows for step in land(lake, "members", day, day, NOW, "run-1"))
    build_all(lake, only="silver.member")
    return rows


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "members"
    folder.mkdir()
    return folder


def test_a_register_in_excel_needs_no_mapping(folder_lake: Lake, inbox: Path):
    row: list[Any] = [1, "AT1", "nord", 48.2, 16.4, "prosumer", stored(2012, 2, 1), 4.25]
    write_workbook(inbox / "members.xlsx", {"x": [["Our members"], OWN, row]})
    assert ingest(folder_lake, inbox) == 1
    assert select(folder_lake, READ) == [("1", "AT1", None, 4.25, "prosumer", stored(2012, 2, 1))]


def test_a_list_of_members_is_read_by_its_mapping(folder_lake: Lake, inbox: Path):
    (inbox / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    (inbox / "list.csv").write_text(LIST, encoding="utf-8")
    # A file in the register's own layout stays one beside a mapping.
    (inbox / "own.csv").write_text(f"{','.join(OWN)}\n9,AT9,ost,48,16,consumer,2012-01-01,\n", encoding="utf-8")
    assert ingest(folder_lake, inbox) == 7
    since = stored(2012, 2, 1)
    assert select(folder_lake, READ) == [
        ("001", "AT1", "AT1P", 4.25, "prosumer", since),
        ("002", "AT2", None, 0, "consumer", since),
        ("006", "AT6", "AT6P", 0, "prosumer", since),
        ("9", "AT9", None, 0, "consumer", stored(2012, 1, 1)),
    ]
    place = "select distinct zone, latitude, longitude, left_utc from silver.member where member_id = '002'"
    assert select(folder_lake, place) == [("nord", 48.2, 16.4, stored(2012, 12, 31))]
    aside = "select quarantine_reason, original->>'line', original->>'cells' like '{\"Mitglied\":\"00%' "
    assert select(folder_lake, f"{aside} from quarantine.member order by 2") == [
        ("unknown member type", "4", True),
        ("impossible panel_kwp", "5", True),
        ("unreadable valid_from", "6", True),
    ]
    counts = "select landed, superseded, repeated, quarantined, rows_read from ops.reconciliation"
    assert select(folder_lake, f"{counts} order by first_landing_id") == [(6, 0, 0, 3, 6), (1, 0, 0, 0, 1)]


def test_a_mapping_that_changed_makes_the_members_anew(folder_lake: Lake, inbox: Path):
    (inbox / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    (inbox / "list.csv").write_text(LIST, encoding="utf-8")
    ingest(folder_lake, inbox)
    (inbox / "mapping.toml").write_text(MAPPING.replace('"nord"', '"sued"'), encoding="utf-8")
    assert ingest(folder_lake, inbox) == 0
    assert select(folder_lake, "select distinct zone from silver.member") == [("sued",)]


def test_a_register_that_its_mapping_does_not_fit_is_refused(folder_lake: Lake, inbox: Path):
    (inbox / "mapping.toml").write_text(MAPPING.replace('"%d.%m.%Y"', '"%m/%d/%Y"'), encoding="utf-8")
    (inbox / "list.csv").write_text("\n".join([*LIST.split("\n")[:3], ""]), encoding="utf-8")
    (inbox / "own.csv").write_text(f"{','.join(OWN)}\n9,AT9,ost,48,16,consumer,2012-01-01,\n", encoding="utf-8")
    with pytest.raises(PartlyLandedError, match=r"line 2 would be set aside, `unreadable valid_from`: `01\.02\.2012`"):
        ingest(folder_lake, inbox)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('zone = "nord"', 'zones = "nord"', "`always.zones` is nothing of a register, which has `member_id`, `"),
        ('zone = "nord"', 'left = "2012-01-01"', "`left` is both in `columns` and in `always`; give one of them"),
        ('"%d.%m.%Y"', '"%d.%m."', "lacks the year, the month or the day"),
        ('= "prosumer"', '= "seller"', "`member_types.Erzeuger`: input should be 'consumer' or 'prosumer'"),
        ('left = "bis"', 'leaves = "bis"', "`columns.leaves` is no key of a mapping"),
    ],
)
def test_what_is_wrong_with_a_mapping_is_told_by_its_key(old: str, new: str, fault: str):
    assert isinstance(read_mapping(MAPPING, "It"), RegisterMapping)
    with pytest.raises(MappingError) as error:
        read_mapping(MAPPING.replace(old, new), "It")
    assert fault in str(error.value)


def test_ids_that_excel_cut_are_refused(folder_lake: Lake, inbox: Path):
    row: list[Any] = ["M1", 1234567890123456789, "nord", 48.2, 16.4, "consumer", "2012-02-01", 0]
    write_workbook(inbox / "members.xlsx", {"x": [OWN, row]})
    with pytest.raises(ValueError, match="Excel keeps 15 digits of a number"):
        ingest(folder_lake, inbox)


def test_the_mapping_reads_decimals_as_they_are(folder_lake: Lake, inbox: Path):
    (inbox / "mapping.toml").write_text(MAPPING, encoding="utf-8")
    (inbox / "list.csv").write_text(LIST.replace("4,25", "0,125"), encoding="utf-8")
    ingest(folder_lake, inbox)
    assert select(folder_lake, "select sum(panel_kwp), max(sharing_weight) from silver.member") == [(0.125, Decimal(1))]
