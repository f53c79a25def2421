"""The electricity that homes use: daily shapes, days off, weather and chance.

It is vectorised over homes x half-hours.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import holidays
import numpy as np
from numpy.typing import NDArray

from wattlake.app.sandbox.market import local_midnight
from wattlake.app.sandbox.noise import Floats, Integers, Place
from wattlake.app.sandbox.register import ZONES
from wattlake.app.sandbox.sun import Panels, pv_power_w
from wattlake.app.sandbox.weather import World, temperature_celsius

HALF_HOUR_SECONDS, SLOTS = 1800, 48
TIMEZONE = "Europe/London"
HEATING_BELOW_CELSIUS, COOLING_ABOVE_CELSIUS = 15.0, 22.0
MEDIAN_DAY_WH = 8_500.0
HIGHEST_WH = 9_999

Bump = tuple[float, float, float]  # hour of the local day, width in hours, height over the base of 1


@dataclass(frozen=True)
class Archetype:
    """A way of living: how common it is, and its bumps of use on working days and on days off."""

    share: float
    workday: tuple[Bump, ...]
    day_off: tuple[Bump, ...]
    storage_heating: bool = False


ARCHETYPES = (
    Archetype(0.30, ((7.2, 0.9, 2.5), (19.0, 2.2, 4.0)), ((10.0, 2.0, 2.0), (18.5, 3.0, 3.2))),  # out at work
    Archetype(
        0.25, ((8.0, 1.2, 1.6), (13.0, 3.5, 1.8), (18.5, 2.4, 2.4)), ((9.5, 2.0, 1.8), (17.5, 4.0, 2.4))
    ),  # at home
    Archetype(
        0.25, ((7.5, 1.0, 3.2), (17.5, 2.4, 5.0)), ((9.5, 2.0, 3.0), (13.5, 3.0, 2.6), (18.5, 2.5, 4.0))
    ),  # family
    Archetype(0.12, ((12.0, 3.0, 0.8), (22.8, 2.4, 3.6)), ((13.5, 3.0, 1.4), (23.3, 2.6, 3.4))),  # up late
    Archetype(0.08, ((3.0, 2.2, 6.0), (18.5, 2.2, 1.8)), ((3.0, 2.2, 6.0), (15.0, 4.0, 1.6)), True),  # heated by night
)


@dataclass(frozen=True)
class Period:
    """The half-hours of a simulation, and what all homes share in them.

    Arrays are over half-hours.

    Attributes:
        start: First day (UTC).
        unix_seconds: Starts of the half-hours.
        day_index: Number of the local day since the first.
        shape_index: Half-hour of the local day, plus 48 on weekends and public holidays.
        celsius: Temperature by zone, zones x half-hours.
    """

    start: date
    unix_seconds: Integers
    day_index: Integers
    shape_index: Integers
    celsius: NDArray[np.float32]


def period_of(world: World, start: date, days: int) -> Period:
    """Prepare what all homes share from `start` on for so many days."""
    first = int(datetime.combine(start, time(), UTC).timestamp())
    seconds = first + HALF_HOUR_SECONDS * np.arange(days * SLOTS, dtype=np.int64)
    local = [start + timedelta(days=n) for n in range(-1, days + 1)]
    midnights = np.array([local_midnight(TIMEZONE, day) for day in local])
    free = holidays.country_holidays("GB", subdiv="ENG", years={day.year for day in local})
    day_off = np.array([day.weekday() >= 5 or day in free for day in local])
    day_index = np.searchsorted(midnights, seconds, side="right") - 1
    # A long day repeats its last half-hours and a short one leaves them out, which nobody's habits will notice.
    slot = np.minimum((seconds - midnights[day_index]) // HALF_HOUR_SECONDS, SLOTS - 1)
    celsius = temperature_celsius(world, list(ZONES.values()), seconds).astype(np.float32)
    return Period(start, seconds, day_index, slot + SLOTS * day_off[day_index], celsius)


def _shape(bumps: tuple[Bump, ...], shift_hours: float) -> Floats:
    """Shape the use of a day's 48 half-hours, over its daily mean."""
    hours = np.arange(SLOTS) / 2.0 + 0.25
    use = np.ones(SLOTS)
    for hour, width, height in bumps:
        apart = (hours - hour - shift_hours + 12.0) % 24.0 - 12.0
        use += height * np.exp(-0.5 * (apart / width) ** 2)
    return use / use.mean()


def _habits(rng: np.random.Generator, homes: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Draw the homes' mean Wh by shape index, and their Wh per degree.

    The first is homes x 96; the second, of heating and cooling, 2 x homes.
    """
    kinds = rng.choice(len(ARCHETYPES), size=homes, p=[archetype.share for archetype in ARCHETYPES])
    shifts, liveliness = rng.normal(0.0, 0.7, homes), rng.uniform(1.0, 1.25, homes)
    half_hour_wh = MEDIAN_DAY_WH / SLOTS * np.exp(rng.normal(0.0, 0.5, homes))
    degrees_wh = np.exp(rng.normal([[0.9], [0.3]], 0.7, (2, homes)))
    use = np.empty((homes, 2 * SLOTS))
    for home, kind in enumerate(kinds):
        archetype = ARCHETYPES[kind]
        use[home, :SLOTS] = _shape(archetype.workday, shifts[home])
        use[home, SLOTS:] = _shape(archetype.day_off, shifts[home]) * liveliness[home]
        degrees_wh[0, home] *= 6.0 if archetype.storage_heating else 1.0
    return (use * half_hour_wh[:, None]).astype(np.float32), degrees_wh.astype(np.float32)


def consumption_wh(period: Period, zones: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int32]:
    """Simulate the whole Wh that each home uses in each half-hour, homes x half-hours.

    The zone of a home is given by its number.
    """
    homes, slots = zones.size, period.unix_seconds.size
    shapes, degrees_wh = _habits(rng, homes)
    mood = np.exp(rng.normal(0.0, 0.14, (homes, int(period.day_index.max()) + 1))).astype(np.float32)
    chance = rng.standard_normal((homes, slots), dtype=np.float32)
    cold = np.maximum(HEATING_BELOW_CELSIUS - period.celsius, 0.0)
    warm = np.maximum(period.celsius - COOLING_ABOVE_CELSIUS, 0.0)
    use = np.empty((homes, slots), dtype=np.int32)
    for home, zone in enumerate(zones):
        usual = shapes[home][period.shape_index] * mood[home][period.day_index]
        oven = np.maximum(chance[home] - 1.7, 0.0) * 3.0  # now and then something big is switched on
        wh = usual * (np.exp(0.4 * chance[home] - 0.08) + oven)
        wh += degrees_wh[0, home] * cold[zone] + degrees_wh[1, home] * warm[zone]
        use[home] = np.clip(np.rint(wh), 0, HIGHEST_WH)
    return use


def production_wh(world: World, period: Period, site: Place, panels: Panels) -> NDArray[np.int32]:
    """Compute the whole Wh the panels give in each half-hour.

    It is the mean of the power at the half-hour's quarter points, for half an hour.
    """
    power_w = sum(pv_power_w(world, site, panels, period.unix_seconds + offset) for offset in (450, 1350))
    return np.clip(np.rint(np.asarray(power_w) / 4.0), 0, HIGHEST_WH).astype(np.int32)
