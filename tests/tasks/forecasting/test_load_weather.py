"""Weather in the load model: what it buys, that tracks do not mix, and that no later forecast enters."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from tests.support.forecast_histories import homes
from wattlake.tasks.forecasting import load
from wattlake.tasks.forecasting.backtests import backtest_sums
from wattlake.tasks.forecasting.days import Days
from wattlake.tasks.forecasting.load_features import load_features
from wattlake.tasks.forecasting.ridge import design
from wattlake.tasks.forecasting.weather import CLEAR_SKY, FORECAST, MEASURED, PERFECT, Weather

DAY = 80
COUNT = 90


def celsius(zones: int = 2) -> np.ndarray:
    """Spells of cold that nothing announces: zones × days × slots."""
    daily = np.random.default_rng(4).normal(8.0, 6.0, (zones, COUNT, 1))
    return daily + 3 * np.sin(np.arange(24) / 24 * 2 * np.pi)


def heated() -> Days:
    """Homes that use more the colder it is in their zone; two zones, homes alternating."""
    history = homes(6, COUNT)
    cold = np.maximum(15.5 - celsius(), 0.0)[np.arange(6) % 2]
    scale = history.values.mean((1, 2), keepdims=True)
    return replace(history, values=history.values + 0.1 * scale * cold)


def weather(track: str = FORECAST, error: float = 0.0) -> Weather:
    known_at_utc = np.datetime64("2024-01-01", "us") + np.arange(COUNT * 24).reshape(1, COUNT, 24) * np.timedelta64(
        1, "h"
    )
    noise = np.random.default_rng(7).normal(0.0, error, (2, COUNT, 24)) if error else 0.0
    values = dict.fromkeys((*MEASURED, CLEAR_SKY), np.zeros((2, COUNT, 24)))
    values |= {"temperature_celsius": celsius() + noise}
    return Weather(track, tuple(np.arange(6) % 2), values, np.repeat(known_at_utc, 2, axis=0))


@pytest.fixture(scope="module")
def history() -> Days:
    return heated()


def mean_error(history: Days, known: Weather | None) -> float:
    model, linear = load.train_mean(history, DAY, known), design(history)
    errors = [
        np.abs(load.forecast_mean(model, history, number, linear, known) - history.values[:, number])
        for number in range(DAY, COUNT)
    ]
    return float(np.mean(errors))


def test_weather_is_worth_more_the_better_it_is_forecast(history):
    none, rough, good = (mean_error(history, known) for known in (None, weather(error=8.0), weather(error=0.5)))

    assert good < 0.85 * none
    assert good < rough < 1.02 * none


def test_each_home_has_the_weather_of_its_zone_and_one_without_a_zone_has_none(history):
    found = load_features(history, DAY, replace(weather(), zones=(0, 1, 1, 0, -1, 1)))

    of_zone = celsius()[:, DAY]
    assert found["forecast_temperature_celsius"][:4] == pytest.approx(of_zone[[0, 1, 1, 0]])
    assert np.isnan(found["forecast_temperature_celsius"][4]).all()
    assert found["forecast_heating_degrees"][0] == pytest.approx(np.maximum(15.5 - of_zone[0], 0))
    assert found["forecast_cooling_degrees"][1] == pytest.approx(np.maximum(of_zone[1] - 22, 0))
    plain = load_features(history, DAY)
    assert all(np.array_equal(found[name], plain[name], equal_nan=True) for name in plain)


def test_no_forecast_changes_by_a_bit_where_the_weather_of_later_days_does(history):
    known = weather()
    later = {name: part.copy() for name, part in known.values.items()}
    for part in later.values():
        part[:, DAY + 1 :] = 1e9
    model = load.train_mean(history, DAY, known)
    poisoned = replace(known, values=later)

    assert load.train_mean(history, DAY, poisoned) == model
    both = (load.forecast_mean(model, history, DAY, weather=one) for one in (known, poisoned))
    assert np.array_equal(*both)


def test_a_model_of_one_track_refuses_the_weather_of_another(history):
    model = load.train_mean(history, DAY, weather(PERFECT))

    with pytest.raises(
        ValueError, match=r"other features than are given; they differ in .*forecast_temperature_celsius"
    ):
        load.forecast_mean(model, history, DAY, weather=weather(FORECAST))
    with pytest.raises(ValueError, match=r"differ in perfect_clear_sky_w_per_m2"):
        load.forecast_mean(model, history, DAY)


def test_a_backtest_trains_and_issues_with_the_weather_it_is_given(history):
    found = partial(backtest_sums, history, 70, 72, [range(6)])

    with_weather, without = found(weather(PERFECT)).errors(), found().errors()

    error = [table.filter(forecaster="load_sum")["mae"].item() for table in (with_weather, without)]
    assert error[0] < 0.95 * error[1]
