"""Spot prices and carbon intensity that follow the residual load.

That is the load left when sun and wind have delivered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays
import numpy as np

from wattlake.app.sandbox.noise import Floats, Integers, Place, Signal
from wattlake.app.sandbox.sun import irradiance
from wattlake.app.sandbox.weather import DAY_SECONDS, World, temperature_celsius, wind_speed_m_per_s

FUEL = Signal("fuel", 24.0 * 7, 0.9)
OUTAGE = Signal("outage", 12.0, 0.5)
CARBON_NOISE = Signal("carbon forecast", 6.0, 0.5)

# Hour of the local day -> load relative to the year's mean, on working days and on days off.
WORKDAY = (0.80, 0.77, 0.76, 0.76, 0.79, 0.87, 1.00, 1.10, 1.14, 1.15, 1.15, 1.16,
           1.15, 1.13, 1.11, 1.10, 1.11, 1.15, 1.18, 1.17, 1.11, 1.04, 0.96, 0.87)  # fmt: skip
DAY_OFF = (0.76, 0.72, 0.70, 0.69, 0.69, 0.71, 0.74, 0.80, 0.87, 0.92, 0.95, 0.97,
           0.95, 0.92, 0.89, 0.88, 0.90, 0.97, 1.02, 1.02, 0.97, 0.93, 0.87, 0.80)  # fmt: skip

# Residual load as a share of the mean load -> price (EUR/MWh) of the last power station needed: the merit order.
RESIDUAL_SHARE = (-0.9, -0.3, 0.1, 0.22, 0.45, 0.7, 1.0, 1.4)
MERIT_ORDER_EUR_PER_MWH = (-350.0, -45.0, 2.0, 22.0, 66.0, 96.0, 140.0, 320.0)

MARKET_BEGINS = date(2005, 1, 1)  # the first year whose sun and wind power are known below

NUCLEAR_SHARE = 0.3
FOSSIL_GCO2_PER_KWH, FLOOR_GCO2_PER_KWH = 410.0, 25.0


@dataclass(frozen=True)
class PowerSystem:
    """A country's electricity: places of its sun and wind, and their share of mean load by year.

    Attributes:
        places: Points whose average is the country's weather.
        timezone: The local time its people live by.
        country: Its public holidays, as the `holidays` package names the country.
        years, solar_share, wind_share: Installed capacity over mean load, interpolated between the years.
    """

    places: tuple[Place, ...]
    timezone: str
    country: str
    years: tuple[float, ...] = (2005.0, 2013.0, 2020.0, 2025.0, 2035.0)
    solar_share: tuple[float, ...] = (0.03, 0.5, 0.8, 1.3, 1.8)
    wind_share: tuple[float, ...] = (0.3, 0.6, 1.1, 1.3, 1.7)


GERMANY = PowerSystem((Place(48.5, 11.0), Place(51.5, 7.5), Place(53.5, 9.5), Place(51.3, 13.0)), "Europe/Berlin", "DE")
GREAT_BRITAIN = PowerSystem(
    (Place(51.5, -0.5), Place(53.5, -2.0), Place(56.0, -3.5)),
    "Europe/London",
    "GB",
    solar_share=(0.0, 0.09, 0.42, 0.6, 1.3),
    wind_share=(0.04, 0.33, 0.75, 1.0, 1.8),
)


@cache
def _days_off(country: str) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, years=range(2004, 2038)))


@cache
def local_midnight(timezone: str, day: date) -> int:
    """Compute the Unix seconds at which a day begins in a time zone."""
    return int(datetime.combine(day, time(), ZoneInfo(timezone)).timestamp())


def local_days(timezone: str, unix_seconds: Integers) -> list[tuple[date, int, int]]:
    """List the local days that cover the instants.

    Each has its first second and the next day's (23 to 25 hours later).
    """
    zone = ZoneInfo(timezone)
    first = datetime.fromtimestamp(int(unix_seconds.min()), UTC).astimezone(zone).date()
    last = datetime.fromtimestamp(int(unix_seconds.max()), UTC).astimezone(zone).date()
    days = [first + timedelta(days=n) for n in range((last - first).days + 2)]
    edges = [local_midnight(timezone, day) for day in days]
    return list(zip(days[:-1], edges[:-1], edges[1:], strict=True))


def _people_share(system: PowerSystem, unix_seconds: Integers) -> Floats:
    """Compute the load over its mean by hour of the local day, by working days and days off."""
    load = np.empty(unix_seconds.size)
    for day, start, end in local_days(system.timezone, unix_seconds):
        inside = (unix_seconds >= start) & (unix_seconds < end)
        shape = DAY_OFF if day.weekday() >= 5 or day in _days_off(system.country) else WORKDAY
        hours = (unix_seconds[inside] - start) / 3600.0
        load[inside] = np.interp(hours, np.arange(25) + 0.5, (*shape, shape[0]), left=shape[0])
    return load


def _mean_over(places: Sequence[Place], values: Floats) -> Floats:
    total = np.zeros(values.shape[1])
    for row in values:
        total += row
    return total / len(places)


def residual_share(world: World, system: PowerSystem, unix_seconds: Integers) -> tuple[Floats, Floats]:
    """Compute residual load and load at each instant, both over the year's mean load."""
    places = system.places
    celsius = _mean_over(places, temperature_celsius(world, places, unix_seconds))
    load = _people_share(system, unix_seconds) * (1.0 + 0.008 * np.maximum(14.0 - celsius, 0.0))
    years = 1970.0 + unix_seconds / (365.2425 * DAY_SECONDS)
    sun = _mean_over(places, irradiance(world, places, unix_seconds).shortwave) / 1000.0 * 0.85
    hub_m_per_s = 1.7 * wind_speed_m_per_s(world, places, unix_seconds)
    wind = _mean_over(places, np.clip((hub_m_per_s**3 - 27.0) / (12.5**3 - 27.0), 0.0, 0.92))
    solar = np.interp(years, system.years, system.solar_share) * sun
    return load - solar - np.interp(years, system.years, system.wind_share) * wind, load


def spot_price_eur_per_mwh(world: World, system: PowerSystem, unix_seconds: Integers, minutes: int) -> Floats:
    """Compute day-ahead prices (EUR/MWh, in cents) of the `minutes` that start at each instant."""
    quarters = []
    for offset in range(450, minutes * 60, 900):
        middle = unix_seconds + offset
        residual, _ = residual_share(world, system, middle)
        tightness = 0.04 * world.draw(OUTAGE, system.places[:1], middle)[0]
        price = np.interp(residual + tightness, RESIDUAL_SHARE, MERIT_ORDER_EUR_PER_MWH)
        fuel = 1.0 + 0.15 * world.draw(FUEL, system.places[:1], middle)[0]
        quarters.append(np.where(price > 0, price * fuel, price))
    return np.round(np.asarray(sum(quarters) / len(quarters)), 2)


def carbon_intensity_gco2_per_kwh(world: World, system: PowerSystem, unix_seconds: Integers) -> tuple[Floats, Floats]:
    """Compute actual and forecast carbon intensity of half-hours, in whole gCO2/kWh.

    The half-hours start at the instants.
    """
    middle = unix_seconds + 900
    residual, load = residual_share(world, system, middle)
    fossil = np.clip((residual - NUCLEAR_SHARE) / load, 0.0, 1.0)
    actual = FLOOR_GCO2_PER_KWH + FOSSIL_GCO2_PER_KWH * fossil
    error = 12.0 * world.draw(CARBON_NOISE, system.places[:1], middle)[0]
    return np.round(actual), np.round(np.maximum(actual + error, 5.0))
