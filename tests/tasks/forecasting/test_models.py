"""The forecasters: what they learn, that nothing known later enters, and that the same inputs give the same bytes."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from tests.support.forecast_histories import days, homes, panels, prices
from wattlake.tasks.forecasting import load, price, solar
from wattlake.tasks.forecasting.aggregate import active, forecast_sums, reconciled
from wattlake.tasks.forecasting.baselines import LOAD, SOLAR, clock_mean, naive_24h
from wattlake.tasks.forecasting.days import Days, Floats
from wattlake.tasks.forecasting.load_features import load_features
from wattlake.tasks.forecasting.misses import LEVELS
from wattlake.tasks.forecasting.ridge import design, expected, fit, ridge, ridge_in_blocks
from wattlake.tasks.forecasting.saving import restored, saved
from wattlake.tasks.forecasting.sky import clear_sky_w_per_m2

HOMES, PANELS, PRICES = homes(), panels(), prices()
CLEAR_W_PER_M2 = clear_sky_w_per_m2(PANELS, 0.0, 0.0)
DAY = 70
"""The day that is forecast; of panels, day 50."""
POISON = 1e9


@pytest.fixture(scope="module")
def load_model() -> load.LoadModel:
    return load.train(HOMES, DAY)


@pytest.fixture(scope="module")
def solar_model() -> solar.SolarModel:
    return solar.train(PANELS, 50, CLEAR_W_PER_M2)


@pytest.fixture(scope="module")
def price_model() -> price.PriceModel:
    return price.train(PRICES, DAY)


def poisoned(history: Days, number: int) -> Days:
    """The same history, with every value from a day on replaced by an absurd one."""
    values = history.values.copy()
    values[:, number:] = POISON
    return replace(history, values=values)


def load_of(model: load.LoadModel, history: Days) -> list[Floats]:
    found = load.forecast(model, history, DAY, design(history))
    return [found.median, found.mean, *found.quantiles.values()]


def error(expected: Floats, history: Days, number: int) -> float:
    return float(np.nanmean(np.abs(expected - history.values[:, number])))


def test_load_is_better_than_its_baselines_and_adds_up_without_bias(load_model):
    days_ahead = range(DAY, 80)
    known = design(HOMES)
    issued = [load.forecast(load_model, HOMES, number, known) for number in days_ahead]

    median = np.mean([error(one.median, HOMES, number) for one, number in zip(issued, days_ahead, strict=True)])
    for name, baseline in LOAD.items():
        assert median < (0.8 if "naive" in name else 1.0) * np.mean(
            [error(baseline(HOMES, number), HOMES, number) for number in days_ahead]
        )
    together = sum(one.mean.sum() for one in issued)
    assert together == pytest.approx(HOMES.values[:, DAY:80].sum(), rel=0.03)
    inside = [
        (HOMES.values[:, number] >= one.quantiles[0.1]) & (HOMES.values[:, number] <= one.quantiles[0.9])
        for one, number in zip(issued, days_ahead, strict=True)
    ]
    assert 0.65 < np.mean(inside) < 0.9, "raw quantiles are near, and calibrated later"


def test_a_member_without_history_is_left_to_the_ladder_and_spoils_no_other(load_model):
    newcomer = replace(
        HOMES, series=(*HOMES.series, "new"), values=np.concatenate([HOMES.values, np.full((1, 80, 24), np.nan)])
    )

    found = load.forecast(load_model, newcomer, DAY, design(newcomer))

    assert np.isnan(found.median[-1]).all()
    assert np.isnan(found.mean[-1]).all()
    assert np.isfinite(found.mean[:-1]).all()


def test_too_short_a_history_is_refused_with_what_is_needed():
    with pytest.raises(ValueError, match=r"28 days of history. The load model needs 29"):
        load.train(HOMES, 28)
    with pytest.raises(ValueError, match=r"14 days of history. The solar model needs 15"):
        solar.train(PANELS, 14, CLEAR_W_PER_M2)
    with pytest.raises(ValueError, match=r"55 days of prices. The price model needs 56"):
        price.train(PRICES, 55)


def test_a_ridge_learns_how_much_yesterday_says_of_today_here():
    draw = np.random.default_rng(9)
    swing = np.zeros((2, 200))
    for day in range(1, 200):
        swing[:, day] = np.array([0.9, -0.9]) * swing[:, day - 1] + draw.standard_normal(2)
    history = days(20 + swing[:, :, None] + 0.1 * draw.standard_normal((2, 200, 24)))

    known = design(history)
    errors = np.mean(
        [np.abs(ridge(known, history, day, 10.0) - history.values[:, day]).mean(1) for day in range(150, 200)], 0
    )

    noise = np.mean(np.abs(draw.standard_normal(10_000)))
    assert errors == pytest.approx([noise, noise], rel=0.35), "what is left is the news of the day"
    assert np.isnan(ridge(known, history, 30, 10.0)).all()
    in_blocks = ridge_in_blocks(history, range(198, 200), 10.0)
    assert in_blocks[:, 0] == pytest.approx(ridge(known, history, 198, 10.0), rel=1e-9)
    assert in_blocks[:, 1] == pytest.approx(expected(fit(known, history, 198, 10.0), known, 199), rel=1e-9)


@pytest.mark.parametrize("number", [DAY, 79])
def test_no_load_forecast_changes_by_a_bit_where_later_values_do(load_model, number):
    after = poisoned(HOMES, number)
    plain, changed = (load.forecast(load_model, one, number, design(one)) for one in (HOMES, after))

    assert np.array_equal(plain.median, changed.median)
    assert np.array_equal(plain.mean, changed.mean)
    assert all(np.array_equal(plain.quantiles[level], changed.quantiles[level]) for level in LEVELS)
    sums = [forecast_sums(one, number, [[0, 1], range(6)], plain.mean) for one in (HOMES, after)]
    assert np.array_equal(*sums)
    assert saved(load.train_mean(after, DAY)) == saved(load.train_mean(HOMES, DAY)) if number == DAY else True


def test_of_many_panels_some_evenly_drawn_are_learned_from(monkeypatch):
    count = len(PANELS.series)
    assert solar.drawn_slots(PANELS).all()
    monkeypatch.setattr(solar, "MOST_ROWS", 2 * PANELS.values.shape[1] * PANELS.slots // 2)
    of_panels = solar.drawn_slots(PANELS).reshape(count, PANELS.slots)
    assert of_panels[[0, count - 1]].all() and of_panels.sum() == 2 * PANELS.slots


def test_what_the_features_add_is_the_forecast(load_model, solar_model):
    median = load.forecast(load_model, HOMES, DAY, design(HOMES)).median
    for series in range(len(HOMES.series)):
        added = load.contributions(load_model, HOMES, DAY, series)
        assert {"base", "log_scale", "community_24h"} <= set(added)
        assert np.maximum(sum(added.values()), 0.0) == pytest.approx(median[series], rel=1e-6)

    middle = solar.forecast(solar_model, PANELS, 50, CLEAR_W_PER_M2)[solar.MIDDLE]
    for series in range(len(PANELS.series)):
        of_one = solar.contributions(solar_model, PANELS, 50, CLEAR_W_PER_M2, series)
        assert np.maximum(sum(of_one.values()), 0.0) == pytest.approx(middle[series], rel=1e-6)
        assert of_one["output_24h_before"].any()


def test_what_comes_late_is_learned_without_as_it_will_be_missing_when_a_forecast_is_issued():
    late = replace(HOMES, late_slots=3)
    missing = HOMES.values.copy()
    missing[:, DAY - 1, -3:] = np.nan
    at_issue = replace(HOMES, values=missing)

    assert np.array_equal(late.until(DAY).values, at_issue.values[:, :DAY], equal_nan=True)
    learned, issued = load_features(late, DAY), load_features(at_issue, DAY)
    assert all(np.array_equal(learned[name], issued[name], equal_nan=True) for name in issued)
    assert np.isnan(issued["lag_24h"][:, -3:]).all() and not np.isnan(issued["lag_24h"][:, :-3]).any()
    poison = HOMES.values.copy()
    poison[:, DAY - 1, -3:] = POISON
    yesterday = 0  # the ridge's first feature is yesterday's level
    assert not design(replace(late, values=poison)).features[:, -3:, DAY, yesterday].any()


def test_no_solar_forecast_changes_by_a_bit_where_later_values_do(solar_model):
    plain, changed = (solar.forecast(solar_model, one, 50, CLEAR_W_PER_M2) for one in (PANELS, poisoned(PANELS, 50)))

    assert all(np.array_equal(plain[level], changed[level]) for level in plain)
    assert saved(solar.train(poisoned(PANELS, 50), 50, CLEAR_W_PER_M2)) == saved(solar_model)


def test_no_price_forecast_changes_by_a_bit_where_later_values_do(price_model):
    assert np.array_equal(
        price.forecast(price_model, PRICES, DAY), price.forecast(price_model, poisoned(PRICES, DAY), DAY)
    )
    assert saved(price.train(poisoned(PRICES, DAY), DAY)) == saved(price_model)


@pytest.mark.parametrize("baseline", {**LOAD, **SOLAR}.values(), ids={**LOAD, **SOLAR})
def test_no_baseline_changes_by_a_bit_where_later_values_do(baseline: Callable[[Days, int], Floats]):
    assert np.array_equal(baseline(HOMES, DAY), baseline(poisoned(HOMES, DAY), DAY))


def test_a_saved_model_gives_the_same_bytes_and_the_same_forecasts(load_model, solar_model, price_model):
    again = restored(load.LoadModel, saved(load_model))

    assert saved(again) == saved(load_model) == saved(load.train(HOMES, DAY))
    assert all(np.array_equal(*both) for both in zip(load_of(again, HOMES), load_of(load_model, HOMES), strict=True))
    assert restored(solar.SolarModel, saved(solar_model)) == solar_model
    assert restored(price.PriceModel, saved(price_model)) == price_model


def test_a_saved_model_of_another_kind_is_refused(price_model):
    with pytest.raises(ValueError, match=r"no saved SolarModel: found \['deviation', 'median', 'trees'\]"):
        restored(solar.SolarModel, saved(price_model))


def test_the_sum_follows_those_who_are_there_and_one_who_left_leaves_no_step():
    values = HOMES.values.copy()
    values[5, 60:] = np.nan
    left = replace(HOMES, values=values)
    means = np.where(np.isnan(naive_24h(left, DAY)), np.nan, clock_mean(left, DAY))

    (found,) = forecast_sums(left, DAY, [range(6)], means)
    (rest,) = forecast_sums(HOMES.only(range(5)), DAY, [range(5)], means[:5])

    assert active(left, DAY) == [0, 1, 2, 3, 4]
    assert np.array_equal(found, rest)
    assert found.sum() == pytest.approx(HOMES.values[:5, DAY].sum(), rel=0.15)


def test_reconciled_means_add_up_to_the_sum_and_keep_their_shares():
    means = np.array([[1.0, 2.0, 0.0], [3.0, 2.0, 0.0], [np.nan, np.nan, np.nan]])

    found = reconciled(means, np.array([8.0, 3.0, 5.0]))

    assert found[:2].tolist() == [[2.0, 1.5, 0.0], [6.0, 1.5, 0.0]]
    assert np.isnan(found[2]).all()


def test_solar_knows_a_clear_day_after_clear_days_and_serves_who_is_new(solar_model):
    values = PANELS.values.copy()
    values[:, 40:] = PANELS.values.max(1, keepdims=True)
    values[1, :47], values[2, :50] = np.nan, np.nan
    history = replace(PANELS, values=values)

    found = solar.forecast(solar_model, history, 50, CLEAR_W_PER_M2)

    clear = PANELS.values.max(1)
    assert error(found[solar.MIDDLE][:1], history.only([0]), 50) < 0.1 * clear.max()
    assert found[solar.MIDDLE][1].sum() == pytest.approx(clear[1].sum(), rel=0.25), "three days of history will do"
    assert found[solar.MIDDLE][2].sum() == pytest.approx(clear[:2].sum() / 2, rel=0.25), (
        "without any it is like the others"
    )
    assert all((part >= 0).all() for part in found.values())
    assert found[solar.MIDDLE][:, :5].sum() == 0.0


@pytest.mark.parametrize("slots", [24, 96])
def test_price_learns_hours_weekends_and_negative_noons(slots):
    history = prices(slots=slots)
    model = price.train(history, DAY)
    ahead = range(DAY, 84)

    issued = {number: price.forecast(model, history, number) for number in ahead}

    assert all(one.shape == (1, slots) for one in issued.values())
    assert (
        np.mean([issued[number][0, 13 * slots // 24] for number in ahead])
        < 0
        < 60
        < np.mean([issued[n].max() for n in ahead])
    )
    mine = np.mean([error(issued[number], history, number) for number in ahead])
    assert mine < 0.85 * np.mean([error(naive_24h(history, number), history, number) for number in ahead])
