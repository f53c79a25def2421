"""The backtest: what it rolls, what it scores, and that no day knows of a later one."""

from dataclasses import replace

import numpy as np
import pytest

from tests.support.forecast_histories import days, homes, panels, prices
from wattlake.tasks.forecasting.backtest import Outcome, outcome, roll
from wattlake.tasks.forecasting.backtests import (
    SUM,
    backtest_load,
    backtest_price,
    backtest_solar,
    backtest_sums,
    random_groups,
)
from wattlake.tasks.forecasting.baselines import naive_24h
from wattlake.tasks.forecasting.days import Days
from wattlake.tasks.forecasting.forecaster import Expected
from wattlake.tasks.forecasting.sky import clear_sky_w_per_m2
from wattlake.tasks.forecasting.targets import MEAN, MEDIAN


def naive(history: Days, first: int, last: int, trained: list[int]) -> Outcome:
    def train(past: Days, number: int) -> int:
        trained.append(number)
        return past.values.shape[1]

    rolled = roll(history, first, last, train, lambda _, number: Expected({"naive_24h": naive_24h(history, number)}))
    return outcome(history, first, last, rolled, ["naive_24h"])


def test_it_is_trained_at_the_start_and_on_each_first_of_a_month_from_the_days_before():
    trained: list[int] = []

    found = naive(homes(2, 100), 40, 95, trained)

    assert trained == [12, 31, 60, 91], "12 January, then the firsts of February, March and April 2024"
    assert found.expected["naive_24h"].shape == (2, 56, 24)
    assert found.days.first_day == homes(2, 100).day(40)


def test_its_scores_are_those_of_the_scored_days_alone():
    values = np.ones((1, 80, 24))
    values[0, 60:] = np.where(np.arange(60, 80)[:, None] % 2, 3.0, 1.0)

    rows = naive(days(values), 60, 79, []).errors().to_dicts()

    assert rows[0]["mae"] == pytest.approx(2 * 19 / 20), "day 60 is as the day before, the others are not"
    assert rows[0]["skill_naive_24h_pct"] == 0.0


def test_intervals_hold_what_they_promise_though_the_forecaster_gives_none():
    found = naive(homes(5, 150), 60, 149, []).intervals().to_dicts()

    assert [row["promised_pct"] for row in found] == [50.0, 80.0, 95.0]
    for row in found:
        assert row["coverage_pct"] == pytest.approx(row["promised_pct"], abs=3)
        assert row["series_within_4_points_pct"] >= 80


@pytest.mark.parametrize(("first", "last"), [(27, 40), (40, 100), (50, 49)])
def test_days_that_are_not_there_are_refused(first, last):
    with pytest.raises(ValueError, match="The history is of 2024-01-01 to 2024-04-09; asked for is"):
        naive(homes(2, 100), first, last, [])


def test_no_rolled_day_knows_of_a_later_one():
    history, clear = panels(count=75), clear_sky_w_per_m2(panels(count=75), 0.0, 0.0)
    values = history.values.copy()
    values[:, 70:] = 1e9
    plain, changed = (backtest_solar(one, 50, 74, clear) for one in (history, replace(history, values=values)))

    for level in plain.quantiles:
        assert np.array_equal(plain.quantiles[level][:, :21], changed.quantiles[level][:, :21]), "days 50 to 70"


@pytest.mark.long
def test_loads_prices_and_sums_are_rolled_with_their_baselines_beside():
    history = homes(4, 70)
    load, sums = backtest_load(history, 60, 69), backtest_sums(history, 60, 69, [range(4), [0, 1]])
    price = backtest_price(prices(95), 90, 94)

    ladder = ["clock_mean", "weekday_mean", "naive_168h", "naive_24h"]
    assert load.errors()["forecaster"].to_list() == [MEDIAN, MEAN, *ladder]
    assert sums.errors()["forecaster"].to_list() == [SUM, *ladder]
    assert price.errors()["forecaster"].to_list() == ["price", *ladder[1:]]
    for found in (load, sums, price):
        mae = dict(found.errors().select("forecaster", "mae").iter_rows())
        assert min(mae, key=lambda name: mae[name]) in (MEDIAN, MEAN, SUM, "price")
        assert np.isfinite(found.intervals().to_numpy()).all()
    assert sums.days.values[1] == pytest.approx(history.values[:2, 60:70].sum(0))


@pytest.mark.long
def test_a_gap_is_no_error_of_a_sum():
    history = homes(3, 70)
    values = history.values.copy()
    values[0, 65, 18:20] = np.nan
    gap = backtest_sums(replace(history, values=values), 60, 69, [range(3)])

    assert gap.days.values[0, 5, 18] == pytest.approx(history.values[1:, 65, 18].sum())
    expected = gap.expected[SUM][0, 5]
    assert expected[18] < 0.9 * backtest_sums(history, 60, 69, [range(3)]).expected[SUM][0, 5, 18]


def test_random_groups_are_the_same_for_a_seed_and_end_with_all():
    groups = random_groups(12)

    assert {size: (len(drawn), {len(set(group)) for group in drawn}) for size, drawn in groups.items()} == {
        1: (20, {1}),
        3: (20, {3}),
        10: (20, {10}),
        12: (1, {12}),
    }
    assert groups == random_groups(12) != random_groups(12, seed=1)
