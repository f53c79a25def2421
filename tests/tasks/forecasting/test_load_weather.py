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
from wattlake.tasks.forecasting.load_rows import TOLD_ALONE
from wattlake.tasks.forecasting.ridge import design
from wattlake.tasks.forecasting.weather import CLEAR_SKY, FORECAST, MEASURED, MOVING, PERFECT, Weather, latest, moving

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
    names = (*MEASURED, CLEAR_SKY, *(name.format(kind) for name in MOVING for kind in ("mean", "deviation")))
    values = dict.fromkeys(names, np.zeros((2, COUNT, 24)))
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


@pytest.mark.long
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


@pytest.mark.long
def test_a_backtest_trains_and_issues_with_the_weather_it_is_given(history):
    found = partial(backtest_sums, history, 70, 72, [range(6)])

    with_weather, without = found(weather(PERFECT)).errors(), found().errors()

    error = [table.filter(forecaster="load_sum")["mae"].item() for table in (with_weather, without)]
    assert error[0] < 0.95 * error[1]


def test_the_moving_mean_and_deviation_are_of_the_known_ones_of_24_hours():
    drawn = np.random.default_rng(3).normal(10, 5, (2, 3, 60))
    drawn[0, 0, 10:14] = np.nan
    drawn[1, 2, :40] = np.nan
    known_at_utc = np.where(np.isnan(drawn), np.datetime64("NaT", "us"), np.datetime64("2024-01-01", "us"))
    known_at_utc[0, 1, 30] = np.datetime64("2024-02-01", "us")

    of_24 = moving({"temperature_celsius": drawn, "relative_humidity_pct": 2 * drawn})
    newest = latest(known_at_utc)

    windows = np.lib.stride_tricks.sliding_window_view(drawn, 24, axis=-1)
    is_known = ~np.isnan(windows).all(-1)
    with np.errstate(invalid="ignore"):
        expected = {"mean": np.nanmean(windows, -1), "deviation": np.nanstd(windows, -1)}
    for kind, by_hour in expected.items():
        assert of_24[f"temperature_{kind}_24h_celsius"] == pytest.approx(by_hour, nan_ok=True)
        assert of_24[f"humidity_{kind}_24h_pct"] == pytest.approx(2 * by_hour, nan_ok=True)
    assert np.array_equal(np.isnat(newest), ~is_known)
    assert np.flatnonzero(newest[0, 1] == np.datetime64("2024-02-01", "us")).tolist() == list(range(7, 31))


@pytest.mark.parametrize(
    ("code", "group"),
    [
        (0, "clear"), (1, "clear"), (2, "cloudy"), (3, "cloudy"), (45, "fog"), (48, "fog"),
        (51, "drizzle"), (56, "drizzle"), (61, "rain"), (67, "rain"), (80, "rain"), (82, "rain"),
        (71, "snow"), (77, "snow"), (85, "snow"), (86, "snow"), (95, "thunderstorm"), (99, "thunderstorm"),
        (7, None), (np.nan, None),
    ],
)  # fmt: skip
def test_a_weather_code_is_of_one_group_or_of_none(code, group):
    known = weather()
    known = replace(known, values={**known.values, "weather_code": np.full((2, COUNT, 24), float(code))})

    named = load_features(homes(6, COUNT), DAY, known)

    groups = ("clear", "cloudy", "fog", "drizzle", "rain", "snow", "thunderstorm")
    of_group = {name: set(named[f"forecast_is_{name}"].reshape(-1)) for name in groups}
    if np.isnan(code):
        assert all(np.isnan(list(values)).all() for values in of_group.values()), "what is not known is of no group"
    else:
        assert of_group == {name: {1.0 if name == group else 0.0} for name in groups}
        assert set(named["forecast_weather_code"].reshape(-1)) == {float(code)}


def test_a_model_learns_what_is_told_to_people_alone_only_where_it_is_tried(history):
    plain, tried = (
        load.train(history, 45, weather(), {"num_iterations": 2}, also).mean.features
        for also in (frozenset(), frozenset({"month", "is_rain"}))
    )

    assert set(tried) - set(plain) == {"month", "forecast_is_rain"}
    assert not TOLD_ALONE & {name.removeprefix("forecast_") for name in plain}
    assert "forecast_temperature_celsius" in plain
