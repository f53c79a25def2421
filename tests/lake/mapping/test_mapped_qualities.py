"""What a source says of its numbers stays with the reading: its quality, and its register or code."""

import csv
import json
from datetime import UTC, datetime
from typing import Any

import polars as pl

from wattlake.lake.mapping import Mapping, read_mapping
from wattlake.lake.mapping.readings import NO_READINGS, try_mapping

AT = datetime(2026, 1, 1, tzinfo=UTC)
START = 'label = "start", period_minutes = 60'
QUALITIES = '[qualities]\nA = "measured"\nE = "estimated"\nS = "substituted"\nN = "missing"\n'


def read(columns: str, time: str, unit: str, *lines: str, more: str = "") -> list[tuple[Any, ...]]:
    """What is kept of lines, the first with the names: meter, start, Wh, quality, register and provenance."""
    text = (
        f'name = "any"\ncolumns = {{datetime = "t", value = "v", {columns}}}\n'
        f'time = {{format = "iso", zone = "UTC", {time}}}\nenergy = {{unit = "{unit}"}}\n{more}'
    )
    mapping = read_mapping(text, "The test")
    assert isinstance(mapping, Mapping)
    names, *rows = csv.reader(lines, delimiter=";")
    cells = [json.dumps(dict(zip(names, row, strict=True))) for row in rows]
    readings = try_mapping(mapping, "any.csv", enumerate(cells, 2), AT).filter(
        pl.col("quarantine_reason").is_null() | ~pl.col("quarantine_reason").is_in(NO_READINGS)
    )
    return [
        (meter, f"{start:%H:%M}", float(kwh * 1000), quality, register, provenance)
        if reason is None
        else (f"{start:%H:%M}", reason)
        for meter, start, kwh, quality, register, provenance, reason in readings.select(
            *("meter_id", "period_start_utc", "energy_kwh", "quality", "register", "provenance", "quarantine_reason")
        )
        .sort("period_start_utc", "meter_id")
        .rows()
    ]


def test_the_words_of_a_source_become_the_quality_of_its_readings():
    lines = [f"2024-07-01 0{n}:00;1;{word}" for n, word in enumerate("AESN")]
    columns = 'meter_id = "M", quality = "q"'
    assert read(columns, START, "Wh", "t;v;q", *lines, more=QUALITIES) == [
        ("M", "00:00", 1, "measured", None, "measured"),
        ("M", "01:00", 1, "estimated", None, "estimated"),
        ("M", "02:00", 1, "substituted", None, "estimated"),
        ("03:00", "missing, says its source"),
    ]


def test_a_source_that_says_nothing_leaves_the_quality_empty():
    assert read('meter_id = "M"', START, "Wh", "t;v", "2024-07-01 00:00;1") == [
        ("M", "00:00", 1, None, None, "measured")
    ]


def test_registers_that_are_summed_are_all_named_and_as_good_as_the_worst_of_them():
    lines = ["2024-07-01 00:00;1;E1;A", "2024-07-01 00:00;2;E2;S", "2024-07-01 01:00;3;E1;E", "2024-07-01 01:00;4;E2;S"]
    columns = 'meter_id = "M", register = "r", quality = "q"'
    assert read(columns, START, "Wh", "t;v;r;q", *lines, more=QUALITIES) == [
        ("M", "00:00", 3, "substituted", "E1 + E2", "estimated"),
        ("M", "01:00", 7, "estimated", "E1 + E2", "estimated"),
    ]


def test_five_minutes_that_are_summed_up_are_as_good_as_the_worst_of_them():
    lines = [f"2024-07-01 00:{5 * n:02};1;{word}" for n, word in enumerate("AAAASA")]
    columns = 'meter_id = "M", quality = "q"'
    assert read(columns, f"{START[:-2]}5", "Wh", "t;v;q", *lines, more=QUALITIES) == [
        ("M", "00:00", 3, "measured", None, "measured"),
        ("M", "00:15", 3, "substituted", None, "estimated"),
    ]


def test_a_code_is_kept_and_sums_up_nothing_and_copies_of_a_reading_share_one():
    lines = ["2024-07-01 00:00;1;1-1:1.8.1", "2024-07-01 00:00;1;1-1:1.8.0", "2024-07-01 01:00;4;1-1:1.8.1"]
    columns = 'meter_id = "M", code = "r"'
    assert read(columns, START, "Wh", "t;v;r", *lines) == [
        ("M", "00:00", 1, None, "1-1:1.8.0", "measured"),
        ("M", "00:00", 1, None, "1-1:1.8.0", "measured"),
        ("M", "01:00", 4, None, "1-1:1.8.1", "measured"),
    ]


def test_a_total_s_step_is_as_good_as_its_worse_end_and_what_is_spread_over_a_gap_is_an_estimate():
    lines = ["2024-07-01 00:00;10;A", "2024-07-01 01:00;11;S", "2024-07-01 03:00;15;A"]
    lines += ["2024-07-01 04:00;15.5;A", "2024-07-01 06:00;16.5;A"]
    columns = 'meter_id = "M", quality = "q"'
    assert read(columns, "period_minutes = 60", "total kWh", "t;v;q", *lines, more=QUALITIES)[1:] == [
        ("M", "00:00", 1000, "substituted", None, "estimated"),
        ("M", "01:00", 2000, "substituted", None, "estimated"),
        ("M", "02:00", 2000, "substituted", None, "estimated"),
        ("M", "03:00", 500, "measured", None, "measured"),
        ("M", "04:00", 500, "measured", None, "estimated"),
        ("M", "05:00", 500, "measured", None, "estimated"),
    ]
