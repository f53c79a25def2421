"""Panels in the sandbox's weather: what they gave, and what pvlib's chain made of the weather as it was forecast."""

from datetime import date

import numpy as np
import polars as pl

from wattlake.app.sandbox.noise import Place
from wattlake.app.sandbox.sun import Panels, hourly_irradiance, pv_power_w
from wattlake.app.sandbox.weather import World, temperature_celsius, wind_speed_m_per_s
from wattlake.tasks.forecasting.days import Days, Floats
from wattlake.tasks.producers.pv_output_hourly import produce

PLACE = Place(43.3, -2.0)
ROOFS = (Panels(1.0, 30.0, 180.0), Panels(1.0, 20.0, 110.0), Panels(1.0, 35.0, 240.0))
FIRST_DAY = date(2024, 3, 1)
HOUR, DAY = 3600, 86_400
QUARTERS = (450, 1350, 2250, 3150)


def output(seed: int, count: int) -> Days:
    """The mean output of each hour in kW per kWp, with a chimney's shadow on the first roof's morning."""
    starts = _first_second() + np.arange(count * 24, dtype=np.int64) * HOUR
    world = World(seed)
    power = [
        np.mean([pv_power_w(world, PLACE, roof, starts + quarter) for quarter in QUARTERS], axis=0) for roof in ROOFS
    ]
    values = np.stack(power).reshape(len(ROOFS), count, 24) / 1000
    values[0, :, :10] *= 0.6
    return Days(("south", "east", "west"), FIRST_DAY, values, "Etc/UTC")


def chain(seed: int, count: int, issued_days_before: int = 0) -> Floats:
    """The chain's output from the forecast issued so many days before each day's midnight: series × days × slots."""
    values = np.empty((len(ROOFS), count, 24))
    for number in range(count):
        midnight = _first_second() + number * DAY
        world = World(seed, midnight - issued_days_before * DAY)
        values[:, number] = _day(world, midnight)
    return values


def _day(world: World, midnight: int) -> Floats:
    starts = midnight + np.arange(24, dtype=np.int64) * HOUR
    sky = hourly_irradiance(world, [PLACE], starts + HOUR)
    middle = starts + HOUR // 2
    hours = pl.DataFrame({"period_start_utc": starts * 1_000_000}).with_columns(
        pl.col("period_start_utc").cast(pl.Datetime("us")),
        shortwave_w_per_m2=pl.Series(sky.shortwave[0]),
        direct_w_per_m2=pl.Series(sky.direct[0]),
        diffuse_w_per_m2=pl.Series(sky.diffuse[0]),
        temperature_celsius=pl.Series(temperature_celsius(world, [PLACE], middle)[0]),
        wind_m_per_s=pl.Series(wind_speed_m_per_s(world, [PLACE], middle)[0]),
    )
    rows = pl.concat(
        hours.with_columns(
            zone=pl.lit("z"),
            tilt_degrees=pl.lit(roof.tilt_degrees),
            azimuth_degrees=pl.lit(roof.azimuth_degrees),
            latitude=pl.lit(PLACE.latitude),
            longitude=pl.lit(PLACE.longitude),
            typical_w_per_kwp=pl.lit(None, pl.Float64),
            known_at_utc="period_start_utc",
        )
        for roof in ROOFS
    )
    return produce(rows)["output_w_per_kwp"].to_numpy().reshape(len(ROOFS), 24) / 1000


def _first_second() -> int:
    return int((np.datetime64(FIRST_DAY) - np.datetime64("1970-01-01")).astype(int)) * DAY
