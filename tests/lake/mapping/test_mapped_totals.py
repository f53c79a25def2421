"""Running totals: a step that its meter's other steps contradict is set aside, and nothing that flowed is lost."""

import json
from datetime import UTC, datetime

import polars as pl
import pytest

from wattlake.lake.mapping import read_mapping
from wattlake.lake.mapping.readings import NO_READINGS, try_mapping

FIRST = "no total before it"
WRONG, BESIDE = "a total that those before and after it contradict", "next to a total that is set aside"
MAPPING = """name = "any"
columns = {meter_id = "M", datetime = "t", value = "v"}
time = {format = "iso", zone = "Europe/Berlin", period_minutes = 15}
energy = {unit = "total kWh"}
"""


def read(rows: list[tuple[str, str]]) -> tuple[list[tuple[str, float, bool]], list[tuple[int, str]]]:
    """Start, Wh and whether it is estimated; of what is set aside the number of the row and its reason."""
    cells = [json.dumps({"t": time, "v": total}) for time, total in rows]
    mapping = read_mapping(MAPPING, "The test")
    readings = try_mapping(mapping, "any.csv", enumerate(cells), datetime(2026, 1, 1, tzinfo=UTC))
    valid = readings.filter(pl.col("quarantine_reason").is_null()).sort("period_start_utc")
    rest = readings.drop_nulls("quarantine_reason").filter(~pl.col("quarantine_reason").is_in(NO_READINGS))
    columns = valid.select("period_start_utc", "energy_kwh", pl.col("provenance") == "estimated").rows()
    return [(f"{at:%d %H:%M}", float(kwh * 1000), is_spread) for at, kwh, is_spread in columns], sorted(
        rest.select("line", "quarantine_reason").rows()
    )


def every_quarter(totals: list[float]) -> tuple[list[float], list[tuple[int, str]]]:
    """The Wh and what is set aside of totals of each quarter-hour from noon on."""
    times = [f"2024-07-01 {12 + n // 4}:{n % 4 * 15:02}" for n in range(len(totals))]
    readings, aside = read([(time, f"{total:.3f}") for time, total in zip(times, totals, strict=True)])
    assert not any(is_spread for *_, is_spread in readings)
    return [wh for _, wh, _ in readings], aside


def rising(start: float, count: int) -> list[float]:
    return [start + 0.1 * n for n in range(count)]


@pytest.mark.parametrize("wrong", [0, 300, 499.9, 501.8])
def test_both_steps_of_one_wrong_total_are_set_aside(wrong: float):
    totals = [*rising(500, 6), wrong, *rising(500.7, 6)]
    assert every_quarter(totals) == ([100] * 10, [(0, FIRST), (6, WRONG), (7, BESIDE)])


def test_zeros_for_a_while_are_no_totals_however_many():
    totals = [*rising(500, 4), *[0] * 20, *rising(503, 4)]
    aside = [(0, FIRST), *((n, WRONG) for n in range(4, 24)), (24, BESIDE)]
    assert every_quarter(totals) == ([100] * 6, aside)


@pytest.mark.parametrize(
    ("before", "behind", "reason"),
    [
        (500, 2, "the total went back"),
        (99999.6, 0.2, "the total went back: it ran over"),
        (500, 9000, "the total jumped"),
    ],
)
def test_a_meter_that_goes_on_from_another_level_loses_that_one_step(before: float, behind: float, reason: str):
    totals = [*rising(before - 1, 8), *rising(behind, 8)]
    assert every_quarter(totals) == ([100] * 14, [(0, FIRST), (8, reason)])


def test_a_total_that_begins_anew_each_day_is_told():
    rows = [
        (f"2024-07-0{day} {hour:02}:{minute:02}", f"{hour + minute / 60:.2f}")
        for day in (1, 2, 3)
        for hour in range(24)
        for minute in (0, 15, 30, 45)
    ]
    readings, aside = read(rows)
    anew = "the total went back: it begins anew with the day"
    assert aside == [(0, FIRST), (96, anew), (192, anew)]
    assert {wh for _, wh, _ in readings} == {250}


def test_what_flowed_over_a_gap_is_spread_in_whole_milliwatt_hours_and_a_longer_one_is_none():
    readings, aside = read([("2024-07-01 12:00", "5"), ("2024-07-01 12:45", "5.1"), ("2024-07-01 13:00", "5.2")])
    assert readings == [
        ("01 10:00", 33.333, True),
        ("01 10:15", 33.333, True),
        ("01 10:30", 33.334, True),
        ("01 10:45", 100, False),
    ]
    assert aside == [(0, FIRST)]
    assert read([("2024-07-01 12:00", "5"), ("2024-08-01 12:15", "9")]) == (
        [],
        [(0, FIRST), (1, "no total in the 31 days before it")],
    )


def test_totals_at_any_times_are_spread_over_the_grid_by_what_flowed_between_them():
    times = ["12:00:00", "12:10:00", "12:20:00", "12:30:00", "12:40:30"]
    readings, aside = read([(f"2024-07-01 {time}.000+02:00", f"{n / 10}") for n, time in enumerate(times)])
    assert readings == [("01 10:00", 150, True), ("01 10:15", 150, True), ("01 10:30", 100, True)]
    assert aside == [(0, FIRST)]
    readings, aside = read([("2024-07-01 12:07:30", "1"), ("2024-07-01 12:37:30", "2")])
    assert [wh for _, wh, _ in readings] == [250, 500, 250]
    readings, aside = read([("2024-07-01 12:10", "1"), ("2024-07-01 12:30", "2")])
    assert readings == [("01 10:15", 750, True)]
    assert aside == [(0, FIRST), (1, "not half of its interval is there")]
