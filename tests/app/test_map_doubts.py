"""What `map` decides by all rows of a file, or refuses because rows contradict each other."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

START = datetime(2025, 1, 3, tzinfo=UTC)
DAY, MONTH = "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M"


def hours_of(path: Path, days: int, written: Callable[[datetime], str]) -> None:
    """A file of hourly readings of some days, with the times as they are written."""
    at = [START + timedelta(hours=hour) for hour in range(24 * days)]
    rows = [f"M,{one:{written(one)}},0.{n % 9 + 1}" for n, one in enumerate(at)]
    path.write_text("\n".join(["meter,time,kWh", *rows]))


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        (lambda at: DAY if at.month == 1 else MONTH, "`13/01/2025 00:00` in line 242 has the day first"),
        (lambda at: MONTH if at.month == 2 and at.day < 13 else DAY, "dates are written in two ways: in line"),
    ],
)
def test_dates_of_both_orders_are_refused_and_no_mapping_is_written(wattlake, tmp_path, written, sentence):
    hours_of(tmp_path / "a.csv", 70, written)
    said = wattlake("map", tmp_path / "a.csv", "--out", tmp_path)
    assert (said.code, said.out, [*tmp_path.glob("*.toml")]) == (2, "", [])
    assert sentence in " ".join(said.err.split())


def test_rows_behind_the_head_decide_which_way_dates_are_written(wattlake, tmp_path):
    rows = [
        f"M{meter},01/{day}/2025 {hour:02}:00,0.5" for day in ("03", "13") for meter in range(850) for hour in range(24)
    ]
    (tmp_path / "a.csv").write_text("\n".join(["meter,time,kWh", *rows]))
    said = wattlake("map", tmp_path / "a.csv")
    assert (said.code, said.err) == (0, "")
    assert 'format = "%m/%d/%Y %H:%M"' in said.out


def test_a_reading_that_is_repeated_counts_once_and_contradictions_are_set_aside_as_in_a_build(wattlake, tmp_path):
    rows = [f"{START + timedelta(hours=hour):%Y-%m-%d %H:%M},{hour % 5}.5" for hour in range(48)]
    rows += [*rows[:24], f"{START:%Y-%m-%d} 23:00,9"]
    (tmp_path / "a.csv").write_text("\n".join(["time,kWh", *rows]))
    said = wattlake("map", tmp_path / "a.csv").out
    (row,) = [line.split() for line in said.splitlines() if line.startswith("a  ")]
    assert (row[1], row[-2]) == ("47", f"{sum(hour % 5 + 0.5 for hour in range(48) if hour != 23):.3f}")
    assert "23 readings repeat another of the file: each counts once." in said
    assert "Of 73 readings 3 would be set aside, the first in line 25: contradicts another reading of" in said


def test_rows_that_are_summed_up_are_not_said_to_be_set_aside(wattlake, tmp_path):
    rows = [f"{START + timedelta(minutes=5 * n):%Y-%m-%d %H:%M},0.{n % 9}" for n in range(288)]
    (tmp_path / "a.csv").write_text("\n".join(["time,kWh", *rows]))
    said = wattlake("map", tmp_path / "a.csv").out
    assert "set aside  –" not in said
    assert "part of another reading" not in said
    assert "would be set aside" not in said


@pytest.mark.parametrize("hours", [6, 240])
def test_quarter_hours_followed_by_hours_are_each_read_with_their_steps(wattlake, tmp_path, hours):
    at = [START + timedelta(minutes=15 * n) for n in range(20_400)]
    at += [at[-1] + timedelta(hours=n + 1) - timedelta(minutes=45) for n in range(hours)]
    (tmp_path / "a.csv").write_text("\n".join(["time,kWh", *(f"{one:%Y-%m-%dT%H:%M:%SZ},0.5" for one in at)]))
    said = wattlake("map", tmp_path / "a.csv")
    assert 'period_minutes = "steps"' in said.out
    (row,) = [line.split() for line in said.out.splitlines() if line.startswith("a  ")]
    assert int(row[1].replace(",", "")) == len(at)
