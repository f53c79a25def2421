from dataclasses import fields
from itertools import pairwise

import numpy as np
import pytest

from wattlake.app.sandbox import sun, weather
from wattlake.app.sandbox.noise import Place, Signal, sample
from wattlake.app.sandbox.sun import Panels, hourly_irradiance, irradiance, pv_power_w
from wattlake.app.sandbox.weather import World

LONDON, NEARBY, MADRID = Place(51.5, -0.1), Place(51.55, -0.02), Place(40.4, -3.7)
VARIABLES = (
    weather.cloud_cover_ratio,
    weather.temperature_celsius,
    weather.wind_speed_m_per_s,
    weather.precipitation_mm,
    weather.relative_humidity_pct,
)


def hours(first: str, after: str) -> np.ndarray:
    return np.arange(first, after, dtype="datetime64[h]").astype("datetime64[s]").astype(np.int64)


YEAR = hours("2024-01-01", "2025-01-01")


@pytest.mark.parametrize("variable", VARIABLES)
@pytest.mark.parametrize("issued", [None, int(np.datetime64("2024-03-01", "s").astype(np.int64))])
def test_hours_asked_apart_are_those_asked_together(variable, issued):
    world, places = World(7, issued), [LONDON, MADRID]
    together = variable(world, places, YEAR)
    march, one_hour = slice(1440, 2184), slice(5000, 5001)
    assert np.array_equal(variable(world, places, YEAR[march]), together[:, march])
    assert np.array_equal(variable(world, [MADRID], YEAR[one_hour]), together[1:, one_hour])


def test_radiation_asked_apart_is_that_asked_together():
    together, apart = (hourly_irradiance(World(7), [LONDON], part) for part in (YEAR, YEAR[4000:4100]))
    for field in fields(together):
        assert np.array_equal(getattr(apart, field.name), getattr(together, field.name)[:, 4000:4100])


def test_another_seed_is_another_weather():
    ours, other = (weather.temperature_celsius(World(seed), [LONDON], YEAR)[0] for seed in (7, 8))
    summer = slice(3600, 5800)
    assert abs(np.corrcoef(ours[summer], other[summer])[0, 1]) < 0.8
    assert not np.any(ours == other)


@pytest.mark.parametrize("year", [2005, 2035])
def test_every_year_has_weather_within_what_is_possible(year):
    instants = hours(f"{year}-01-01", f"{year + 1}-01-01")
    cover, celsius, wind, rain, humidity = (variable(World(7), [LONDON], instants) for variable in VARIABLES)
    assert 0 <= cover.min() < 0.1 and 0.9 < cover.max() <= 1
    assert -20 < celsius.min() < 5 and 22 < celsius.max() < 42
    assert wind.min() > 0 and 10 < wind.max() < 40
    assert rain.min() == 0 and 250 < rain.sum() < 1100
    assert humidity.min() >= 20 and humidity.max() <= 100


def test_a_signal_is_standard_normal_and_persists():
    days = np.arange(20_000, dtype=np.int64) * 86_400
    values = sample(Signal("test", 24.0, 0.6), 1, [LONDON], days)[0]
    assert abs(values.mean()) < 0.06
    assert 0.9 < values.std() < 1.1
    assert 0.55 < np.corrcoef(values[:-1], values[1:])[0, 1] < 0.65


def test_neighbours_share_most_of_their_weather_and_far_places_little():
    celsius = weather.temperature_celsius(World(7), [LONDON, NEARBY], YEAR)
    cover = weather.cloud_cover_ratio(World(7), [LONDON, NEARBY, Place(60.0, 20.0)], YEAR)
    assert np.corrcoef(celsius)[0, 1] > 0.97
    assert 0.85 < np.corrcoef(cover)[0, 1] < 0.999
    assert np.corrcoef(cover)[0, 2] < 0.5


def test_the_weather_code_agrees_with_rain_cloud_and_frost():
    codes = weather.weather_code(
        np.array([0.0, 0.3, 0.7, 0.9, 0.9, 0.9, 0.9]),
        np.array([0.0, 0.0, 0.0, 0.0, 0.2, 3.0, 3.0]),
        np.array([20.0, 20.0, 20.0, 20.0, 20.0, 20.0, -3.0]),
    )
    assert codes.tolist() == [0, 1, 2, 3, 51, 63, 75]


def test_it_rains_only_from_clouds():
    rain, cover = (variable(World(7), [LONDON], YEAR) for variable in (VARIABLES[3], VARIABLES[0]))
    assert cover[rain > 0].min() > 0.5


def test_night_has_no_sun_and_the_parts_of_daylight_add_up():
    sky = irradiance(World(7), [LONDON], YEAR)
    night = sky.zenith_degrees > 90
    assert 0.4 < night.mean() < 0.6
    assert sky.shortwave[night].max() == sky.direct_normal[night].max() == sky.diffuse[night].max() == 0
    assert np.allclose(sky.direct + sky.diffuse, sky.shortwave)
    assert sky.diffuse.min() >= 0
    assert 900 < sky.shortwave.sum() / 1000 < 1300  # kWh/m2 and year in London


def test_radiation_is_that_of_the_hour_before_its_label():
    label = hours("2024-06-20T05", "2024-06-20T06")
    quarters = label + np.array([-3150, -2250, -1350, -450])
    expected = irradiance(World(7), [LONDON], quarters).shortwave.mean()
    assert hourly_irradiance(World(7), [LONDON], label).shortwave[0, 0] == pytest.approx(expected)
    assert expected < irradiance(World(7), [LONDON], label).shortwave[0, 0]


def test_the_sun_stands_highest_in_the_south_at_noon():
    day = hours("2024-06-21", "2024-06-22")
    sky = irradiance(World(7), [LONDON], day)
    assert int(sky.zenith_degrees.argmin()) == 12
    assert sky.zenith_degrees.min() == pytest.approx(51.5 - 23.44, abs=0.5)
    assert sky.azimuth_degrees[0, 12] == pytest.approx(180, abs=3)
    assert sky.azimuth_degrees[0, 6] < 90 < 270 < sky.azimuth_degrees[0, 18]


def test_panels_yield_what_panels_in_london_yield():
    south, east, west = (pv_power_w(World(7), LONDON, Panels(1, 35, compass), YEAR) for compass in (180, 90, 270))
    assert 850 < south.sum() / 1000 < 1150  # kWh per kWp and year
    assert east.sum() < south.sum() > west.sum()
    morning = YEAR // 3600 % 24 < 12
    assert east[morning].sum() > 1.5 * west[morning].sum()
    assert np.array_equal(pv_power_w(World(7), LONDON, Panels(2, 35, 180), YEAR), 2 * south)


def test_the_error_of_a_forecast_grows_with_lead_time():
    errors = []
    for lead_days in (0, 1, 2, 4, 8):
        squares = []
        for issued in YEAR[::72]:
            ahead = issued + 86_400 * lead_days + 3600 * np.arange(0, 24, 6)
            truth, forecast = (weather.temperature_celsius(World(7, at), [LONDON], ahead) for at in (None, int(issued)))
            squares.append(np.mean((truth - forecast) ** 2))
        errors.append(float(np.sqrt(np.mean(squares))))
    assert all(sooner < later for sooner, later in pairwise(errors))
    assert 0.1 < errors[0] < 1.0 and errors[-1] > 2.5


def test_a_forecast_of_the_past_is_the_past():
    issued = int(YEAR[500])
    truth, forecast = (sun.irradiance(World(7, at), [LONDON], YEAR[:500]).shortwave for at in (None, issued))
    assert np.array_equal(truth, forecast)
