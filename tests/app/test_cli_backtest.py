"""``wattlake backtest`` on files in each layout and on a lake, and what it says of those it cannot use."""

import json
import re
from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from harness.lake_steps import stored
from tests.support.forecast_histories import homes, panels, prices
from wattlake.tasks.forecasts.recorded_history import from_files

START = stored(2024, 1, 1)
PRICES = prices(95).values[0]
UNIX_SECONDS = 1_704_067_200
DOCUMENT = "# Quality\n\n<!-- price member -->\nold\n<!-- end of price member -->\nafter\n"


@pytest.fixture
def price_file(tmp_path) -> Path:
    """Ninety-five days of made-up prices from 1 January 2024, UTC, as a table."""
    file = tmp_path / "price_DE-LU_2024.csv"
    seconds = [UNIX_SECONDS + 3600 * hour for hour in range(PRICES.size)]
    pl.DataFrame({"unix_seconds": seconds, "price_eur_per_mwh": PRICES.reshape(-1)}).write_csv(file)
    return file


def test_prices_are_backtested_and_the_tables_of_a_document_renewed(wattlake, price_file, tmp_path):
    document = tmp_path / "quality.md"
    document.write_text(DOCUMENT)

    asked = (
        "--target",
        "price",
        "--data",
        price_file,
        "--from",
        "2024-04-01",
        "--to",
        "2024-04-02",
        "--into",
        document,
    )
    said = wattlake("backtest", *asked)

    assert (said.code, said.err) == (0, "")
    assert [line.split()[0] for line in said.out.splitlines() if "naive" in line and "skill" not in line] == [
        "naive_168h",
        "naive_24h",
    ]
    assert "2 days in" in said.out
    text = document.read_text()
    assert "old" not in text.split()
    assert text.startswith(
        "# Quality\n\n<!-- price member -->\nprice by member, 2024-04-01 to 2024-04-02, prices of DE-LU"
    )
    assert "| forecaster | mae | rmse | wape % |" in text
    assert text.endswith("<!-- end of price member -->\nafter\n")


def test_a_document_without_the_marks_is_refused(wattlake, price_file, tmp_path):
    (tmp_path / "plain.md").write_text("# Quality\n")

    asked = ("--target", "price", "--data", price_file, "--from", "2024-04-01", "--to", "2024-04-01")
    said = wattlake("backtest", *asked, "--into", tmp_path / "plain.md")

    assert said.code == 2
    assert "has no lines `<!-- price member -->` and `<!-- end of price member -->`" in said.err


def test_prices_are_read_from_answers_as_from_tables_and_quarters_stay_quarters(price_file, tmp_path):
    answer = tmp_path / "price_FR_2025-10-01.json"
    quarters = [UNIX_SECONDS + 900 * quarter for quarter in range(96)]
    answer.write_text(json.dumps({"unix_seconds": quarters, "price": [*range(95), None]}))

    hours, fine = from_files("price", price_file).days, from_files("price", answer)

    assert (hours.timezone, hours.values.shape[2]) == ("Europe/Berlin", 24)
    assert hours.values[0, 1, 1] == pytest.approx(PRICES[1, 0]), "midnight in UTC is one o'clock in Berlin"
    assert (fine.days.timezone, fine.days.slots, fine.source) == ("Europe/Paris", 96, f"prices of FR in {answer.name}")
    assert fine.days.values[0, 0, 4:8].tolist() == [0, 1, 2, 3]
    assert np.isnan(fine.days.values[0, -1, 3])


def test_half_hours_of_meters_become_hours_of_which_both_halves_were_read(tmp_path):
    rows = [
        ("MAC1", "2024-01-01 00:00:00", " 0.25 "),
        ("MAC1", "2024-01-01 00:30:00.0000000", "0.5"),
        ("MAC1", "2024-01-01 00:30:00.0000000", "0.5"),
        ("MAC1", "2024-01-01 01:00:00", "0.5"),
        ("MAC1", "2024-01-01 01:30:00", "Null"),
        ("MAC1", "2024-01-01 02:00:00", "1"),
        ("MAC1", "2024-01-01 02:30:00", "2"),
    ]
    lines = [",".join(row) for row in [("LCLid", "tstp", "energy(kWh/hh)"), *rows]]
    (tmp_path / "block.csv").write_text("\n".join(lines) + "\n")
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")

    days = from_files("load", tmp_path).days

    assert days.series == ("MAC1",)
    assert days.values[0, 0, :4] == pytest.approx([0.75, np.nan, 3.0, np.nan], nan_ok=True)


def test_panels_of_a_building_challenge_are_read_per_kwp(wattlake, tmp_path):
    (tmp_path / "schema.json").write_text("{}")
    made = panels(2, 60).values.reshape(2, -1)
    for number, output in enumerate(made, start=1):
        table = pl.DataFrame({"month": 1, "solar_generation": [0.0, *(1000 * output)]})
        table.write_csv(tmp_path / f"Building_{number}.csv")

    days = from_files("solar", tmp_path).days
    said = wattlake("backtest", "--target", "solar", "--data", tmp_path, "--from", "2021-09-20", "--to", "2021-09-22")

    assert days.values.reshape(2, -1) == pytest.approx(made)
    assert said.code == 0
    assert "daylight_mae_pct_of_kwp" in said.out
    above_zero = int((days.values[:, -3:] > 0).sum())
    assert 0 < above_zero < 2 * 3 * 24, "the sun is down at night"
    assert re.search(rf"^ *2 +2 +3 +144 +{above_zero}$", said.out, re.MULTILINE), said.out
    assert "MAPE is of slots whose actual is above zero" in said.out


def test_a_series_without_a_reading_on_the_scored_days_is_told_not_to_be_scored(wattlake, tmp_path):
    history = homes(3, 64)
    for number, (series, values) in enumerate(zip(history.series, history.values, strict=True)):
        read = np.repeat(values.reshape(-1), 2)[: 40 * 48 if number == 0 else None] / 2
        rows = [(series, START + timedelta(minutes=30 * half), str(kwh)) for half, kwh in enumerate(read)]
        table = pl.DataFrame(rows, schema=["LCLid", "tstp", "energy(kWh/hh)"], orient="row")
        table.with_columns(pl.col("tstp").dt.to_string("%Y-%m-%d %H:%M:%S")).write_csv(tmp_path / f"{series}.csv")
    said = wattlake("backtest", "--target", "load", "--data", tmp_path, "--from", "2024-03-03", "--to", "2024-03-04")
    assert said.code == 0
    assert re.search(r"^ *of_series +series +days +slots +slots_of_mape$", said.out, re.MULTILINE)
    assert re.search(r"^ *3 +2 +2 +96 +96$", said.out, re.MULTILINE), said.out


@pytest.mark.long
def test_load_is_backtested_alone_together_and_in_groups(wattlake, tmp_path):
    history, halves = homes(4, 64), [START + timedelta(minutes=30 * half) for half in range(64 * 48)]
    for series, values in zip(history.series, history.values, strict=True):
        half_hours = np.repeat(values.reshape(-1), 2) / 2
        pl.DataFrame({"LCLid": series, "tstp": halves, "energy(kWh/hh)": half_hours}).write_csv(
            tmp_path / f"{series}.csv", datetime_format="%Y-%m-%d %H:%M:%S"
        )
    asked = ("backtest", "--target", "load", "--data", tmp_path, "--from", "2024-03-01", "--to", "2024-03-02")

    alone, together, curve = (wattlake(*asked, "--level", level) for level in ("member", "community", "curve"))

    assert (alone.code, together.code, curve.code) == (0, 0, 0)
    assert "load_median" in alone.out
    assert "load_sum" in together.out
    assert [line.split()[:2] for line in curve.out.splitlines() if line.strip()[:1].isdigit()][:3] == [
        ["1", "20"],
        ["3", "20"],
        ["4", "1"],
    ]
    unknown = wattlake(*asked, "--also", "moonlight")
    assert unknown.code == 2
    assert "There is no feature 'moonlight' to try. Expected some of humidity_deviation_24h_pct, " in unknown.err
    zones = wattlake(*asked, "--level", "zone")
    assert (zones.code, "4 homes of" in zones.err, "tells no zones" in zones.err) == (2, True, True)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--target", "load", "--data", "nowhere"), "There is no file or folder `nowhere` to backtest on."),
        (("--target", "solar", "--data", "."), "There is no schema.json in `.`."),
        (("--target", "price", "--level", "zone", "--data", "prices.csv"), "There is no price by zone."),
        (
            ("--target", "price", "--data", "words.csv"),
            "words.csv has the columns ['a', 'b', 'c']; expected unix_seconds",
        ),
        (("--target", "load", "--data", "words.csv"), "There are no meter readings in `words.csv`. Expected CSV files"),
        (("--target", "price", "--data", "."), "words.csv has the columns"),
        (
            ("--target", "load", "--data", ".", "--weather", "forecast"),
            "Only load and solar of the lake are forecast with",
        ),
        (("--target", "price", "--weather", "perfect"), "Leave out --weather, or --data."),
        (("--target", "price", "--data", "prices.csv", "--also", "month"), "--also is for the load of members."),
    ],
)
def test_what_cannot_be_backtested_is_told_in_a_sentence(wattlake, tmp_path, monkeypatch, arguments, told):
    (tmp_path / "prices.csv").write_text("unix_seconds,price\n1704067200,1.5\n1704070800,2.5\n")
    (tmp_path / "words.csv").write_text("a,b,c\n1,2,3\n")
    monkeypatch.chdir(tmp_path)

    said = wattlake("backtest", *arguments, "--from", "2024-01-01", "--to", "2024-01-02")

    assert (said.code, said.err.count("\n")) == (2, 1)
    assert told in said.err


@pytest.mark.parametrize(("target", "series"), [("load", 4), ("solar", None), ("price", 1)])
def test_the_lake_is_read_where_no_files_are_named(wattlake, lake_to_look_at, target, series):
    from wattlake.lake.settings import Settings
    from wattlake.lake.store.lake import Lake
    from wattlake.tasks.forecasts.history import from_lake

    history = from_lake(Lake(Settings(), read_only=True), target)
    said = wattlake("backtest", "--target", target, "--from", "2026-06-14", "--to", "2026-06-15")

    assert series in (None, len(history.days.series))
    assert history.days.slots == 24
    assert set(history.days.series) <= set(history.zones) or target == "price"
    assert (said.code, "days in order, 28 or more after its beginning" in said.err) == (2, True)


def test_the_load_of_a_lake_comes_with_the_weather_that_is_asked_for(wattlake, lake_to_look_at):
    from wattlake.lake.settings import Settings
    from wattlake.lake.store.lake import Lake
    from wattlake.tasks.forecasts.history import from_lake

    lake = Lake(Settings(), read_only=True)
    expected, measured = (from_lake(lake, "load", track).weather for track in ("forecast", "perfect"))
    said = wattlake(
        "backtest", "--target", "load", "--weather", "forecast", "--from", "2026-06-14", "--to", "2026-06-15"
    )

    chain, perfect = (from_lake(lake, "solar", track).chain for track in ("forecast", "perfect"))
    output = from_lake(lake, "solar").days.values
    is_known = np.isfinite(chain) & np.isfinite(perfect) & np.isfinite(output)
    assert is_known.sum() > 0.8 * np.isfinite(output).sum()
    assert np.abs(perfect - output)[is_known].mean() < np.abs(chain - output)[is_known].mean() < 0.1
    assert np.corrcoef(chain[is_known], output[is_known])[0, 1] > 0.8

    assert from_lake(lake, "load").weather is None
    assert (expected.track, measured.track) == ("forecast", "perfect")
    error = np.abs(expected.values["temperature_celsius"] - measured.values["temperature_celsius"])
    assert np.isfinite(error).mean() > 0.85, "what was expected of past days is landed with what was"
    assert 0.1 < np.nanmean(error) < 3.0
    assert (said.code, "days in order, 28 or more after its beginning" in said.err) == (2, True)
