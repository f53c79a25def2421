"""A seeded weather of any hour of any year at any place.

An hour is the same whichever range it is asked in. Cloud, temperature, wind and rain are smooth transforms of a few
standard-normal signals (`noise.sample`) that persist from day to day and are nearly the same at neighbouring places. A
forecast is the same weather with each signal blended into an independent one the further it lies ahead of its issue
day, so its error grows with lead time and it keeps the climate's variance. So is what was expected a fixed time before
each hour, with an independent signal of that lead.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wattlake.app.sandbox.noise import Floats, Integers, Place, Signal, sample

DAY_SECONDS = 86_400
SPELL = Signal("spell", 24.0, 0.62)  # fair and dull days
CLOUD = Signal("cloud", 3.0, 0.55)
RAIN = Signal("rain", 2.0, 0.5)
AIR_MASS = Signal("air mass", 24.0, 0.72)
GUSTINESS = Signal("gustiness", 1.0, 0.4)
STORM = Signal("storm", 18.0, 0.6)
BREEZE = Signal("breeze", 3.0, 0.5)
MOISTURE = Signal("moisture", 6.0, 0.6)

FORECAST_SKILL_DAYS = 5.0
WET_ABOVE = 1.25
SOLAR_DEGREES_PER_HOUR = 15.0


@dataclass(frozen=True)
class World:
    """The weather of a seed: its truth or, with an issue day or a lead, a forecast of it.

    Attributes:
        seed: Two worlds with one seed have the same weather.
        issued_unix_seconds: Midnight (UTC) of the day a forecast was issued; None for what really happened.
        lead_days: So long before each instant it was expected, whenever that was; 0 for none of that.
    """

    seed: int
    issued_unix_seconds: int | None = None
    lead_days: int = 0

    def draw(self, signal: Signal, places: Sequence[Place], unix_seconds: Integers) -> Floats:
        """Draw the signal in this world, places x instants."""
        truth = sample(signal, self.seed, places, unix_seconds)
        if self.lead_days:
            lead_days, told_apart = np.full(unix_seconds.shape, float(self.lead_days)), f"{self.lead_days} days ahead"
        elif self.issued_unix_seconds is not None:
            lead_days = np.maximum(unix_seconds - self.issued_unix_seconds, 0) / DAY_SECONDS
            told_apart = f"issued {self.issued_unix_seconds}"
        else:
            return truth
        skill = np.exp(-((lead_days / FORECAST_SKILL_DAYS) ** 1.5))
        issue = Signal(f"{signal.name} {told_apart}", *_shape(signal))
        error: Floats = np.sqrt(1.0 - skill * skill) * sample(issue, self.seed, places, unix_seconds)
        return skill * truth + error


def _shape(signal: Signal) -> tuple[float, float, int]:
    return signal.step_hours, signal.persistence, signal.memory_steps


def _warm_season(places: Sequence[Place], unix_seconds: Integers) -> Floats:
    """Compute the season from -1 in the depth of winter to +1 half a year later.

    Winter's depth is late January in the north. The result is places x instants.
    """
    days = unix_seconds / DAY_SECONDS - 10_957.0  # days since 2000-01-01
    hemisphere = np.array([[1.0 if site.latitude >= 0 else -1.0] for site in places])
    return hemisphere * -np.cos(2.0 * np.pi * (days - 22.0) / 365.2425)


def _afternoon(places: Sequence[Place], unix_seconds: Integers) -> Floats:
    """Compute the time of day: +1 at 15:00 by the sun, -1 at 03:00; places x instants."""
    hours = unix_seconds % DAY_SECONDS / 3600.0
    solar = hours + np.array([[site.longitude / SOLAR_DEGREES_PER_HOUR] for site in places])
    return np.cos(2.0 * np.pi * (solar - 15.0) / 24.0)


def _cover(signal: Floats, season: Floats) -> Floats:
    return 1.0 / (1.0 + np.exp(-2.0 * (signal + 0.45 - 0.2 * season)))


def cloud_cover_ratio(world: World, places: Sequence[Place], unix_seconds: Integers) -> Floats:
    """Compute the total cloud cover, 0-1, at each instant."""
    spell, hours = (world.draw(signal, places, unix_seconds) for signal in (SPELL, CLOUD))
    return _cover(0.85 * spell + 0.55 * hours, _warm_season(places, unix_seconds))


def temperature_celsius(world: World, places: Sequence[Place], unix_seconds: Integers) -> Floats:
    """Compute the air temperature at 2 m, in degrees Celsius, at each instant."""
    season = _warm_season(places, unix_seconds)
    dullness = _cover(0.85 * world.draw(SPELL, places, unix_seconds), season)
    mean = np.array([[28.0 - 0.33 * abs(site.latitude)] for site in places])
    swing = np.array([[2.0 + 0.095 * abs(site.latitude)] for site in places])
    day = (3.4 + 1.9 * season) * (1.0 - 0.65 * dullness) * _afternoon(places, unix_seconds)
    sunshine = 2.0 * season * (0.6 - dullness)  # clear days are warm in summer and cold in winter
    air = 2.6 * world.draw(AIR_MASS, places, unix_seconds) + 0.35 * world.draw(GUSTINESS, places, unix_seconds)
    return mean + swing * season + day + sunshine + air


def wind_speed_m_per_s(world: World, places: Sequence[Place], unix_seconds: Integers) -> Floats:
    """Compute the wind speed at 10 m, in m/s, at each instant."""
    storm, breeze = (world.draw(signal, places, unix_seconds) for signal in (STORM, BREEZE))
    typical = 4.0 * (1.0 - 0.18 * _warm_season(places, unix_seconds)) * (1.0 + 0.14 * _afternoon(places, unix_seconds))
    return typical * np.exp(0.42 * storm + 0.18 * breeze - 0.1)


def precipitation_mm(world: World, places: Sequence[Place], unix_seconds: Integers) -> Floats:
    """Compute the rain (or melted snow) of the hour to each instant (mm), under clouds only."""
    middle = unix_seconds - 1800
    spell, showers = world.draw(SPELL, places, middle), world.draw(RAIN, places, middle)
    excess = np.maximum(0.6 * spell + 0.8 * showers - WET_ABOVE, 0.0)
    cloudy = cloud_cover_ratio(world, places, unix_seconds) > 0.55
    return np.where(cloudy, np.round(1.7 * excess**1.2, 1), 0.0)


def relative_humidity_pct(world: World, places: Sequence[Place], unix_seconds: Integers) -> Floats:
    """Compute the relative humidity at 2 m, in percent, at each instant."""
    season, afternoon = _warm_season(places, unix_seconds), _afternoon(places, unix_seconds)
    cover = cloud_cover_ratio(world, places, unix_seconds)
    moisture = world.draw(MOISTURE, places, unix_seconds)
    rain = precipitation_mm(world, places, unix_seconds)
    dryness = (9.0 + 5.0 * season) * afternoon * (1.2 - 0.7 * cover)
    return np.clip(78.0 - 5.0 * season - dryness + 8.0 * (cover - 0.6) + 5.0 * moisture + 6.0 * (rain > 0), 20.0, 100.0)


def weather_code(cover_ratio: Floats, rain_mm: Floats, celsius: Floats) -> Integers:
    """Choose Open-Meteo's WMO code 4677: 0-3 cloud, 51-65 drizzle and rain, 71-75 snow."""
    sky = np.select([cover_ratio < 0.1, cover_ratio < 0.4, cover_ratio < 0.8], [0, 1, 2], 3)
    rain = np.select(
        [rain_mm < 0.3, rain_mm < 0.6, rain_mm < 1.0, rain_mm < 2.5, rain_mm < 7.6], [51, 53, 55, 61, 63], 65
    )
    snow = np.select([rain_mm < 0.6, rain_mm < 2.0], [71, 73], 75)
    wet = np.where(celsius < 0.5, snow, rain)
    return np.where(rain_mm > 0, wet, sky).astype(np.int64)
