"""The register and the households: which files there are, and what silver makes of them."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.support import silver
from tests.support.silver import ANSWERS, picked, reasons, utc
from wattlake.tasks.sources import members

PLACE = {"zone": "london", "latitude": 51.5, "longitude": -0.12}


def register() -> pl.DataFrame:
    return silver.csv(ANSWERS / "members.csv")


def households() -> pl.DataFrame:
    return silver.csv(ANSWERS / "informations_households.csv")


def test_both_files_have_one_of_the_layouts():
    for landed, layout in zip((register(), households()), members.SOURCE.layouts, strict=True):
        assert set(layout) <= set(landed.columns)


def test_a_path_names_a_file_or_a_folder_of_them(tmp_path: Path):
    for name in ("b.csv", "a.CSV", "c.csv.gz", "notes.txt"):
        (tmp_path / name).touch()
    (tmp_path / "d.csv").mkdir()
    assert members.SOURCE.files(tmp_path) == [tmp_path / "a.CSV", tmp_path / "b.csv", tmp_path / "c.csv.gz"]
    assert members.SOURCE.files(tmp_path / "notes.txt") == [tmp_path / "notes.txt"]


def test_folders_in_the_folder_are_read_too_and_hidden_ones_are_not(tmp_path: Path):
    folder = tmp_path / ".kept" / "inbox"
    for name in ("2026/b/x.csv", "2026/a.csv", "2026/b.csv/y.csv", ".trash/x.csv", "2026/.part.csv", "z.csv"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    wanted = ["2026/a.csv", "2026/b/x.csv", "2026/b.csv/y.csv", "z.csv"]
    assert members.SOURCE.files(folder) == [folder / name for name in wanted]


def test_a_path_without_csv_files_is_told_in_one_sentence(tmp_path: Path):
    with pytest.raises(ValueError, match=r"^The folder `.*` holds no file that ends in \.csv or \.csv\.gz\.$"):
        members.SOURCE.files(tmp_path)
    with pytest.raises(ValueError, match=r"^There is no file or folder `.*nowhere`; expected"):
        members.SOURCE.files(tmp_path / "nowhere")


def test_the_register_becomes_members_with_defaults_for_what_it_leaves_out():
    assert silver.rows("member", "members", register()) == [
        PLACE
        | {
            "member_id": "M1",
            "valid_from_utc": utc(2012, 1, 1),
            "left_utc": None,
            "meter_id": "MAC900001",
            "production_meter_id": None,
            "panel_kwp": 0.0,
            "tilt_degrees": None,
            "azimuth_degrees": None,
            "member_type": "consumer",
            "sharing_weight": Decimal(1),
            "connection_kw": None,
            "provenance": "measured",
            "_landing_id": 1,
            "quarantine_reason": None,
        },
        PLACE
        | {
            "member_id": "M2",
            "valid_from_utc": utc(2012, 6, 1, 12),
            "left_utc": utc(2013, 3, 31, 23),
            "meter_id": "MAC900002",
            "production_meter_id": "MAC900003",
            "panel_kwp": 4.2,
            "tilt_degrees": 20.0,
            "azimuth_degrees": 225.0,
            "member_type": "prosumer",
            "sharing_weight": Decimal(1),
            "connection_kw": None,
            "provenance": "simulated",
            "_landing_id": 1,
            "quarantine_reason": None,
        },
        {
            "member_id": "M3",
            "valid_from_utc": utc(2012, 1, 1),
            "left_utc": None,
            "meter_id": None,
            "production_meter_id": None,
            "zone": "leeds",
            "latitude": 53.8,
            "longitude": -1.55,
            "panel_kwp": 3.5,
            "tilt_degrees": 35.0,
            "azimuth_degrees": 180.0,
            "member_type": "prosumer",
            "sharing_weight": Decimal(1),
            "connection_kw": None,
            "provenance": "measured",
            "_landing_id": 1,
            "quarantine_reason": None,
        },
    ]


def test_a_register_with_only_the_required_columns_is_enough():
    found = silver.rows("member", "members", register().select(members.SOURCE.layouts[0]))
    assert picked(found, "member_id", "panel_kwp", "quarantine_reason") == [
        ("M1", 0, None),
        ("M2", 0, None),
        ("M3", 0, None),
    ]


def test_households_have_a_tariff_and_an_acorn_group():
    found = silver.rows("household", "members", households())
    assert found[0] == {
        "meter_id": "MAC900001",
        "tariff": "ToU",
        "acorn": "ACORN-A",
        "acorn_group": "Affluent",
        "provenance": "measured",
        "_landing_id": 1,
        "quarantine_reason": None,
    }
    assert reasons(found) == [None, None, "unknown tariff"]


def test_each_line_goes_to_one_of_the_two_tables():
    landings = register(), households(), pl.DataFrame({"member_id": [None]}, schema={"member_id": pl.String})
    member, household = (silver.rows(table, "members", *landings) for table in ("member", "household"))
    assert [row["_landing_id"] for row in household] == [2, 2, 2]
    assert [row["_landing_id"] for row in member] == [1, 1, 1, 3]
    assert reasons(member)[3] == "no member id"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"member_id": "  "}, "no member id"),
        ({"valid_from": None}, "unreadable valid_from"),
        ({"valid_from": "2012-13-01"}, "unreadable valid_from"),
        ({"valid_from": "2012-01-01T00:00:00+02:00"}, "unreadable valid_from"),
        ({"valid_from": "infinity"}, "unreadable valid_from"),
        ({"left": "soon"}, "unreadable left"),
        ({"left": "2012-05-31"}, "left before valid_from"),
        ({"zone": ""}, "no zone"),
        ({"latitude": "51,5"}, "impossible latitude"),
        ({"latitude": "90.1"}, "impossible latitude"),
        ({"longitude": None}, "impossible longitude"),
        ({"longitude": "nan"}, "impossible longitude"),
        ({"panel_kwp": "4,2"}, "impossible panel_kwp"),
        ({"panel_kwp": "-1"}, "impossible panel_kwp"),
        *(
            ({name: "1_0"}, "underscore in a number")
            for name in ("latitude", "longitude", "panel_kwp", "tilt_degrees", "azimuth_degrees", "sharing_weight")
        ),
        ({"tilt_degrees": "flat"}, "impossible tilt"),
        ({"tilt_degrees": "91"}, "impossible tilt"),
        ({"azimuth_degrees": "S"}, "impossible azimuth"),
        ({"azimuth_degrees": "361"}, "impossible azimuth"),
        ({"member_type": "producer"}, "unknown member type"),
        ({"member_type": None}, "unknown member type"),
        ({"provenance": "guessed"}, "unknown provenance"),
        ({"member_id": " M2 ", "panel_kwp": " 4.2 ", "left": None, "provenance": " "}, None),
    ],
)
def test_what_cannot_be_is_quarantined_with_its_reason(change: dict[str, Any], reason: str | None):
    odd = register().slice(1, 1).with_columns(pl.lit(text, pl.String).alias(name) for name, text in change.items())
    assert reasons(silver.rows("member", "members", odd)) == [reason]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"LCLid": " "}, "no meter id"),
        ({"stdorToU": None}, "unknown tariff"),
        ({"provenance": "guessed"}, "unknown provenance"),
        ({"Acorn": None, "Acorn_grouped": ""}, None),
    ],
)
def test_odd_households_are_quarantined_with_their_reason(change: dict[str, Any], reason: str | None):
    odd = households().head(1).with_columns(pl.lit(text, pl.String).alias(name) for name, text in change.items())
    assert reasons(silver.rows("household", "members", odd)) == [reason]
