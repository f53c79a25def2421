"""Solar output from forecast weather, in the sandbox whose forecasts err the more the further they lie ahead."""

from dataclasses import replace

import numpy as np
import pytest

from tests.support.sandbox_panels import PLACE, chain, output
from wattlake.tasks.forecasting import solar, solar_weather
from wattlake.tasks.forecasting.baselines import smart_persistence
from wattlake.tasks.forecasting.days import Days, Floats
from wattlake.tasks.forecasting.saving import restored, saved
from wattlake.tasks.forecasting.sky import clear_sky_w_per_m2

COUNT, FIRST = 64, 45
"""The days that are simulated, and the first that is forecast."""
OUTPUT = output(seed=1, count=COUNT)
CLEAR_W_PER_M2 = clear_sky_w_per_m2(OUTPUT, PLACE.latitude, PLACE.longitude)
FRESH = chain(seed=1, count=COUNT)


@pytest.fixture(scope="module")
def model() -> solar_weather.SolarWeatherModel:
    return solar_weather.train(OUTPUT, FIRST, CLEAR_W_PER_M2, FRESH)


def middle(model: solar_weather.SolarWeatherModel, number: int, chain: Floats, days: Days = OUTPUT) -> Floats:
    return solar_weather.forecast(model, days, number, CLEAR_W_PER_M2, chain)[solar.MIDDLE]


def mean_error(model: solar_weather.SolarWeatherModel, chain: Floats) -> float:
    ahead = range(FIRST, COUNT)
    return float(np.mean([np.abs(middle(model, number, chain) - OUTPUT.values[:, number]) for number in ahead]))


@pytest.mark.long
def test_forecast_weather_beats_smart_persistence_and_the_bare_chain_and_worse_weather_is_worse(model):
    ahead = range(FIRST, COUNT)
    smart = np.mean([np.abs(smart_persistence(OUTPUT, number) - OUTPUT.values[:, number]) for number in ahead])
    stale = chain(seed=1, count=COUNT, issued_days_before=3)
    with_stale = mean_error(solar_weather.train(OUTPUT, FIRST, CLEAR_W_PER_M2, stale), stale)

    assert mean_error(model, FRESH) < 0.75 * smart, "a skill of 25 % at the least"
    assert mean_error(model, FRESH) < np.abs(FRESH - OUTPUT.values)[:, FIRST:].mean()
    assert mean_error(model, FRESH) < 0.8 * with_stale


def test_what_the_features_add_to_the_chain_is_the_forecast_also_where_no_weather_is_known(model):
    some = FRESH.copy()
    some[1, FIRST, :12] = np.nan
    found = middle(model, FIRST, some)
    for series in range(len(OUTPUT.series)):
        added = solar_weather.contributions(model, OUTPUT, FIRST, CLEAR_W_PER_M2, some, series)
        assert np.maximum(sum(added.values()), 0.0) == pytest.approx(found[series], rel=1e-6, abs=1e-9)
    assert added["weather_chain"].any()


def test_the_shadow_of_a_chimney_is_learned(model):
    morning = np.array([middle(model, number, FRESH)[0, 7:10].sum() for number in range(FIRST, COUNT)])
    bare, shaded = FRESH[0, FIRST:, 7:10].sum(1), OUTPUT.values[0, FIRST:, 7:10].sum(1)

    assert np.abs(morning - shaded).mean() < 0.6 * np.abs(bare - shaded).mean()


def test_without_weather_the_model_without_weather_speaks(model):
    without = FRESH.copy()
    without[1, FIRST] = np.nan

    found = solar_weather.forecast(model, OUTPUT, FIRST, CLEAR_W_PER_M2, without)
    plain = solar.forecast(model.plain, OUTPUT, FIRST, CLEAR_W_PER_M2)

    assert all(np.array_equal(found[level][1], plain[level][1]) for level in plain)
    assert np.array_equal(found[solar.MIDDLE][[0, 2]], middle(model, FIRST, FRESH)[[0, 2]])


def test_a_morning_duller_than_forecast_moves_the_afternoon():
    noon = 12
    turned = replace(OUTPUT, first_hour=noon, values=from_noon(OUTPUT.values, noon))
    forecast = from_noon(FRESH, noon)
    clear = from_noon(CLEAR_W_PER_M2[None], noon)[0]
    model = solar_weather.train(turned, FIRST, clear, forecast)
    dull = turned.values.copy()
    dull[:, FIRST - 1, -6:] *= 0.3

    plain, moved = (
        solar_weather.forecast(model, days, FIRST, clear, forecast)[solar.MIDDLE][:, :6].sum()
        for days in (turned, replace(turned, values=dull))
    )

    assert moved < 0.975 * plain


def from_noon(values: Floats, noon: int) -> Floats:
    """Days that begin at noon, of days that begin at midnight: one fewer."""
    series, days, slots = values.shape
    return values.reshape(series, -1)[:, noon : noon - slots].reshape(series, days - 1, slots)


def test_no_forecast_changes_by_a_bit_where_later_output_or_weather_does(model):
    values, later = OUTPUT.values.copy(), FRESH.copy()
    values[:, FIRST:], later[:, FIRST + 1 :] = 1e9, 1e9
    poisoned = replace(OUTPUT, values=values)

    plain = solar_weather.forecast(model, OUTPUT, FIRST, CLEAR_W_PER_M2, FRESH)
    changed = solar_weather.forecast(model, poisoned, FIRST, CLEAR_W_PER_M2, later)

    assert all(np.array_equal(plain[level], changed[level]) for level in plain)


def test_it_is_saved_and_restored_with_the_model_without_weather(model):
    again = restored(solar_weather.SolarWeatherModel, saved(model))

    assert again == model


def test_a_history_without_any_weather_is_refused():
    with pytest.raises(ValueError, match="No weather was forecast on the 45 days of history"):
        solar_weather.train(OUTPUT, FIRST, CLEAR_W_PER_M2, np.full_like(FRESH, np.nan))
