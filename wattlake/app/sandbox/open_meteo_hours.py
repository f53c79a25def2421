"""Open-Meteo's hours in its own form: names, units, labels, rounding and nulls."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from math import floor
from typing import Any

import numpy as np

from wattlake.app.sandbox.noise import Floats, Integers, Place, uniform
from wattlake.app.sandbox.refusal import Answer
from wattlake.app.sandbox.sun import hourly_irradiance
from wattlake.app.sandbox.weather import (
    DAY_SECONDS,
    World,
    cloud_cover_ratio,
    precipitation_mm,
    relative_humidity_pct,
    temperature_celsius,
    weather_code,
    wind_speed_m_per_s,
)

GENERATION_MS = 0.5  # a constant, so that the same question gets the same bytes
GRID_DEGREES, GRID_ORIGIN = 0.02, (43.18, -3.94)  # places are answered for the nearest point of the model's grid
WIND_UNITS = {"kmh": ("km/h", 3.6), "ms": ("m/s", 1.0), "mph": ("mp/h", 2.236936), "kn": ("kn", 1.943844)}
RADIATION = {
    "shortwave_radiation": "shortwave",
    "direct_radiation": "direct",
    "diffuse_radiation": "diffuse",
    "direct_normal_irradiance": "direct_normal",
}
UNITS = {
    "temperature_2m": "°C",
    "relative_humidity_2m": "%",
    "cloud_cover": "%",
    "precipitation": "mm",
    "weather_code": "wmo code",
    "wind_speed_10m": "km/h",
} | dict.fromkeys(RADIATION, "W/m²")
EARLIER_RUN = re.compile(r"(\w+)_previous_day([1-7])")


def lead_days(name: str) -> tuple[str, int]:
    """Split a variable's name from its lead, in days before each hour; 0 for the newest.

    The lead tells how long before the hour it was expected.
    """
    match = EARLIER_RUN.fullmatch(name)
    return (match[1], int(match[2])) if match else (name, 0)


def hours_of(start: date, end: date) -> Integers:
    """List the labels of all hours of the days, both included, in Unix seconds."""
    first, last = (int(datetime.combine(day, time(), UTC).timestamp()) for day in (start, end))
    return np.arange(first, last + 86_400, 3600, dtype=np.int64)


def hourly_blocks(
    world: World, places: Sequence[Place], hours: Integers, names: Sequence[str], wind_unit: str, known_until: int
) -> list[Answer]:
    """Write `hourly_units` and `hourly` for each place, null after `known_until`.

    They are empty where no variable is asked.
    """
    if not names:
        return [{} for _ in places]
    unit, factor = WIND_UNITS[wind_unit]
    asked = {name: lead_days(name) for name in names}
    units = {"time": "iso8601"} | {
        name: unit if variable == "wind_speed_10m" else UNITS[variable] for name, (variable, _) in asked.items()
    }
    labels = np.datetime_as_string(hours.astype("datetime64[s]"), unit="m").tolist()
    by_lead = {}
    for lead in sorted({lead for _, lead in asked.values()}):
        variables = [variable for variable, its_lead in asked.values() if its_lead == lead]
        of_lead, until = world, known_until
        if lead and world.issued_unix_seconds is not None:
            of_lead = World(world.seed, lead_days=lead)
            until = world.issued_unix_seconds + lead * DAY_SECONDS
        by_lead[lead] = _as_written(_columns(of_lead, places, hours, variables, factor), hours, until)
    return [
        {
            "hourly_units": units,
            "hourly": {"time": labels} | {name: by_lead[lead][key][row] for name, (key, lead) in asked.items()},
        }
        for row in range(len(places))
    ]


def _as_written(columns: dict[str, Floats], hours: Integers, until: int) -> dict[str, list[list[Any]]]:
    """List each variable's values by place, null after `until`."""
    known = int(np.searchsorted(hours, until, side="right"))
    unknown = [None] * (hours.size - known)
    return {name: [row[:known].tolist() + unknown for row in rows] for name, rows in columns.items()}


def header(site: Place, zone: str, seed: int) -> Answer:
    """Write an answer's first fields; the coordinates are the grid point's, not those asked."""
    asked = (site.latitude, site.longitude)
    cell = [floor((degrees - first) / GRID_DEGREES + 0.5) for degrees, first in zip(asked, GRID_ORIGIN, strict=True)]
    latitude, longitude = (
        float(str(np.float32(number) * np.float32(GRID_DEGREES) + np.float32(first)))
        for number, first in zip(cell, GRID_ORIGIN, strict=True)
    )
    elevation = float(np.round(5 + 60 * uniform(seed, "elevation", *cell)[0]))
    return {
        "latitude": latitude,
        "longitude": longitude,
        "generationtime_ms": GENERATION_MS,
        "utc_offset_seconds": 0,
        "timezone": zone,
        "timezone_abbreviation": zone,
        "elevation": elevation,
    }


def _columns(
    world: World, places: Sequence[Place], hours: Integers, names: Sequence[str], wind_factor: float
) -> dict[str, Floats]:
    """Compute the asked variables, each places x hours, rounded as the service rounds them."""
    cover = cloud_cover_ratio(world, places, hours)
    celsius = temperature_celsius(world, places, hours)
    rain_mm = precipitation_mm(world, places, hours)
    columns: dict[str, Any] = {
        "temperature_2m": np.round(celsius, 1),
        "relative_humidity_2m": np.round(relative_humidity_pct(world, places, hours)).astype(np.int64),
        "cloud_cover": np.round(100.0 * cover).astype(np.int64),
        "precipitation": rain_mm,
        "weather_code": weather_code(cover, rain_mm, celsius),
        "wind_speed_10m": np.round(wind_speed_m_per_s(world, places, hours) * wind_factor, 1),
    }
    if any(name in RADIATION for name in names):
        sky = hourly_irradiance(world, places, hours)
        columns |= {name: np.round(getattr(sky, field), 1) for name, field in RADIATION.items()}
    return columns
