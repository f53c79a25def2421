"""Meter files: which files there are, and what silver makes of the readings in them."""

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from tests.support import silver
from tests.support.silver import ANSWERS, picked, reasons, utc
from wattlake.tasks.sources import smart_meters


def recorded() -> pl.DataFrame:
    return silver.csv(ANSWERS / "smart_meters.csv")


def test_the_recorded_file_has_the_first_layout():
    assert tuple(recorded().columns) == smart_meters.SOURCE.layouts[0]


def test_all_files_of_a_folder_are_taken_in_the_order_of_their_names(tmp_path: Path):
    for name in ("block_1.csv", "block_0.csv"):
        (tmp_path / name).touch()
    assert smart_meters.SOURCE.files(tmp_path) == [tmp_path / "block_0.csv", tmp_path / "block_1.csv"]
    with pytest.raises(ValueError, match="There is no file or folder"):
        smart_meters.SOURCE.files(tmp_path / "elsewhere")


def test_padded_noisy_and_repeated_readings_are_read_and_odd_ones_quarantined():
    found = silver.rows("meter_reading", "smart_meters", recorded())
    assert picked(found, "period_start_utc", "energy_kwh", "quarantine_reason") == [
        (utc(2012, 12, 19), Decimal("0.219"), None),
        (utc(2012, 12, 19), Decimal("0.219"), None),
        (utc(2012, 12, 19, 0, 30), Decimal("1.922"), None),
        (utc(2012, 12, 19, 12, 37, 27), Decimal("0.1"), "off the half-hour grid"),
        (utc(2012, 12, 19, 13), None, "unreadable energy"),
        (None, Decimal("0.1"), "unreadable time"),
        (utc(2012, 12, 19, 14), None, "impossible energy"),
    ]
    assert found[0] == {
        "meter_id": "MAC900001",
        "period_start_utc": utc(2012, 12, 19),
        "period_minutes": 30,
        "energy_kwh": Decimal("0.219"),
        "quality": None,
        "register": None,
        "provenance": "measured",
        "known_at_utc": utc(2012, 12, 19, 2, 30),
        "_landing_id": 1,
        "quarantine_reason": None,
        "is_rounded": False,
    }


def test_the_original_release_and_simulated_files_are_read_alike():
    original = pl.DataFrame(
        {
            "LCLid": ["MAC900001"],
            "stdorToU": ["Std"],
            "DateTime": ["2012-12-19 00:30:00.0000000"],
            "KWH/hh (per half hour)": [" 0.5 "],
            "Acorn": ["ACORN-A"],
            "Acorn_grouped": ["Affluent"],
        }
    )
    assert set(smart_meters.SOURCE.layouts[1]) <= set(original.columns)
    found = silver.rows(
        "meter_reading", "smart_meters", original, recorded().head(1).with_columns(provenance=pl.lit("simulated"))
    )
    assert picked(found, "period_start_utc", "energy_kwh", "provenance") == [
        (utc(2012, 12, 19, 0, 30), Decimal("0.5"), "measured"),
        (utc(2012, 12, 19), Decimal("0.219"), "simulated"),
    ]
    assert reasons(found) == [None, None]


def test_a_reading_from_after_its_file_is_set_aside_but_for_a_clock_that_is_a_day_ahead():
    times = ["2013-01-01 00:00:00", "2013-01-02 00:00:00", "2013-01-02 00:30:00", "2099-01-01 00:00:00"]
    lines = pl.DataFrame({"LCLid": ["MAC900001"] * 4, "tstp": times, "energy(kWh/hh)": ["0.1"] * 4})
    found = silver.rows("meter_reading", "smart_meters", lines, fetched=utc(2013, 1, 1))
    assert picked(found, "quarantine_reason") == [(None,), (None,), ("later than its file",), ("later than its file",)]


@pytest.mark.parametrize("written", ["1_000", "1 000", "1.000,5", "1'000", "1,000", "0x10", "1e", ""])
def test_a_number_with_a_mark_for_thousands_or_other_signs_is_not_guessed_at(written: str):
    lines = pl.DataFrame({"LCLid": ["MAC900001"], "tstp": ["2013-01-01 00:00:00"], "energy(kWh/hh)": [written]})
    found = silver.rows("meter_reading", "smart_meters", lines)
    assert picked(found, "energy_kwh", "quarantine_reason") == [(None, "unreadable energy")]


@pytest.mark.parametrize(
    ("written", "kwh", "is_rounded"),
    [
        ("0.123456", "0.123456", False),
        ("0.1234560", "0.123456", False),
        ("0.39100000000000001", "0.391", False),
        ("0.1234565", "0.123456", True),
        ("0.1234575", "0.123458", True),
        ("0.12345650000000000001", "0.123457", True),
        ("0.1234564999", "0.123456", True),
        ("999.9999995", "1000", True),
        ("1e-7", "0", True),
    ],
)
def test_a_reading_keeps_six_decimals_and_a_seventh_is_rounded_half_to_even_and_said(
    written: str, kwh: str, is_rounded: bool
):
    lines = pl.DataFrame({"LCLid": ["MAC900001"], "tstp": ["2013-01-01 00:00:00"], "energy(kWh/hh)": [written]})
    found = silver.rows("meter_reading", "smart_meters", lines)
    assert picked(found, "energy_kwh", "is_rounded", "quarantine_reason") == [(Decimal(kwh), is_rounded, None)]
