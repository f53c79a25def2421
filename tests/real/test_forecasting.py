"""Forecasts of real homes, panels and prices: short pieces of what docs/forecasting.md tells in full."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from wattlake.tasks.forecasting.backtest import Outcome
from wattlake.tasks.forecasting.backtests import SUM, backtest_load, backtest_price, backtest_solar, backtest_sums
from wattlake.tasks.forecasting.days import Days
from wattlake.tasks.forecasting.sky import clear_sky_w_per_m2
from wattlake.tasks.forecasts.recorded_history import from_files

FIRST, LAST = date(2013, 9, 2), date(2013, 9, 15)
HOMES = 10
HISTORY_DAYS = 100


def measured(outcome: Outcome, forecaster: str) -> dict[str, float]:
    return next(row for row in outcome.errors().to_dicts() if row["forecaster"] == forecaster)


def coverage_pct(outcome: Outcome) -> float:
    return float(outcome.intervals()["coverage_pct"][-1])


@pytest.fixture(scope="module")
def homes(shared_data: Path) -> Days:
    """Ten of the London homes, four months before the first day and until the last."""
    days = from_files("load", shared_data / "smart_meters" / "halfhourly_dataset").days
    known = days.only(range(HOMES)).until(days.number(LAST) + 1)
    begin = known.number(FIRST - timedelta(days=HISTORY_DAYS))
    return Days(known.series, known.day(begin), known.values[:, begin:], known.timezone, known.holidays)


def test_the_london_files_are_read_as_hours_of_the_local_clock(shared_data):
    days = from_files("load", shared_data / "smart_meters" / "halfhourly_dataset").days

    assert (len(days.series), days.first_day, days.values.shape[1:]) == (40, date(2013, 1, 1), (365, 24))
    assert days.values[0, 0, 0] == pytest.approx(1.966 + 1.9220001)
    assert np.isnan(days.values[:, days.number(date(2013, 3, 31)), 1]).all(), "the hour that the clock skips"
    assert date(2013, 8, 26) in days.holidays


@pytest.mark.long
# Of what serves: a model that did not see the four weeks it was judged on.
def test_load_of_real_homes_is_foreseen_with_intervals_that_hold(homes):
    found = backtest_load(homes, homes.number(FIRST), homes.number(LAST))

    median, mean = measured(found, "load_median"), measured(found, "load_mean")
    assert median["skill_naive_24h_pct"] >= 19
    assert mean["r2"] >= 0.25
    assert abs(mean["bias_pct"]) < 6 < -median["bias_pct"], "medians do not add up, means do"
    assert 93 <= coverage_pct(found) <= 97


@pytest.mark.long
def test_together_real_homes_are_foreseen_far_better_than_alone(homes):
    found = backtest_sums(homes, homes.number(FIRST), homes.number(LAST), [range(HOMES)])

    together = measured(found, SUM)
    assert together["mape_pct"] <= 18
    assert together["r2"] >= 0.5
    assert together["skill_naive_24h_pct"] >= 15


def test_output_of_real_panels_is_foreseen_without_weather(shared_data):
    history = from_files("solar", shared_data / "citylearn_2022")
    days = history.days.until(150)
    found = backtest_solar(days, 120, 149, clear_sky_w_per_m2(days, *history.place))

    solar = measured(found, "solar")
    assert 100 * solar["mae"] <= 5.2
    assert solar["skill_smart_persistence_pct"] >= 4
    assert 90 <= coverage_pct(found) <= 98


@pytest.mark.long
def test_real_prices_are_foreseen_through_january(shared_data):
    days = from_files("price", shared_data / "energy_charts" / "price_DE-LU_hourly_2024-01_2025-06.csv").days
    found = backtest_price(days, days.number(date(2025, 1, 10)), days.number(date(2025, 1, 19)))

    price = measured(found, "price")
    assert price["skill_naive_24h_pct"] >= 20
    assert price["skill_naive_168h_pct"] >= 35
    assert 88 <= coverage_pct(found) <= 100
