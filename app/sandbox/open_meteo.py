"""Open-Meteo as it answers: https://open-meteo.com/en/docs and https://open-meteo.com/en/docs/historical-weather-api."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np

from app.sandbox.noise import Floats, Integers, Place, uniform
from app.sandbox.refusal import Answer, Query, RefusalError, comma_list, iso_date
from app.sandbox.sun import hourly_irradiance
from app.sandbox.weather import (
    World,
    cloud_cover_ratio,
    precipitation_mm,
    relative_humidity_pct,
    temperature_celsius,
    weather_code,
    wind_speed_m_per_s,
)

GENERATION_MS = 0.5  # a constant, so that the same question gets the same bytes
ARCHIVE_BEGINS = date(1940, 1, 1)
MAX_PAST_DAYS, MAX_FORECAST_DAYS, DEFAULT_FORECAST_DAYS = 92, 16, 7
HORIZON_HOURS = 15 * 24 + 12  # after the issue day's midnight; later hours of the last day are null
GRID_DEGREES = 0.02  # places are answered for the nearest point of the model's grid
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


def _refuse(reason: str) -> RefusalError:
    return RefusalError(400, {"error": True, "reason": reason})


def archive(query: Query, seed: int, now: datetime) -> Answer | list[Answer]:
    """`GET /v1/archive`: what happened, null after `now`; both dates are required."""
    for name in ("start_date", "end_date"):
        if name not in query:
            raise _refuse(f"Parameter '{name}' is required but missing")
    start, end = _dates(query, ARCHIVE_BEGINS, now.date())
    return _answer(query, World(seed), start, end, int(now.timestamp()))


def forecast(query: Query, seed: int, now: datetime) -> Answer | list[Answer]:
    """`GET /v1/forecast`: what is expected since the last midnight (UTC), by dates or by days around today."""
    today = now.date()
    if "start_date" in query or "end_date" in query:
        if "past_days" in query or "forecast_days" in query:
            raise _refuse("Parameter 'past_days' is mutually exclusive with 'start_date' and 'end_date'")
        earliest, latest = today - timedelta(days=MAX_PAST_DAYS), today + timedelta(days=MAX_FORECAST_DAYS - 1)
        start, end = _dates(query, earliest, latest)
    else:
        past = _day_count(query, "past_days", "Past", 0, MAX_PAST_DAYS)
        ahead = _day_count(query, "forecast_days", "Forecast", DEFAULT_FORECAST_DAYS, MAX_FORECAST_DAYS)
        start, end = today - timedelta(days=past), today + timedelta(days=ahead - 1)
    issued = int(datetime.combine(today, time(), UTC).timestamp())
    return _answer(query, World(seed, issued), start, end, issued + HORIZON_HOURS * 3600)


def _day_count(query: Query, name: str, title: str, default: int, most: int) -> int:
    text = query.get(name, str(default))
    if not text.isdigit() or int(text) > most:
        raise _refuse(f"{title} days is invalid. Allowed range 0 to {most}. Given {text}.")
    return int(text)


def _dates(query: Query, earliest: date, latest: date) -> tuple[date, date]:
    found = []
    for name in ("start_date", "end_date"):
        day = iso_date(query.get(name, ""))
        if day is None:
            raise _refuse("Invalid date format. Make sure to use 'YYYY-MM-DD'")
        if not earliest <= day <= latest:
            raise _refuse(f"Parameter '{name}' is out of allowed range from {earliest} to {latest}")
        found.append(day)
    if found[1] < found[0]:
        raise _refuse("End-date must be larger or equals than start-date")
    return found[0], found[1]


def _places(query: Query) -> list[Place]:
    try:
        latitudes, longitudes = ([float(part) for part in comma_list(query, key)] for key in ("latitude", "longitude"))
    except ValueError as error:
        raise _refuse("Parameter 'latitude' and 'longitude' must be numbers") from error
    if not latitudes or len(latitudes) != len(longitudes):
        raise _refuse("Parameter 'latitude' and 'longitude' must have the same number of elements")
    for latitude in latitudes:
        if not -90 <= latitude <= 90:
            raise _refuse(f"Latitude must be in range of -90 to 90°. Given: {latitude}.")
    return [Place(*pair) for pair in zip(latitudes, longitudes, strict=True)]


def _answer(query: Query, world: World, start: date, end: date, known_until: int) -> Answer | list[Answer]:
    zone = query.get("timezone", "GMT")
    if zone not in ("GMT", "UTC"):
        raise _refuse("Invalid timezone")
    wind_unit = query.get("wind_speed_unit", "kmh")
    if wind_unit not in WIND_UNITS:
        raise _refuse(f"Cannot initialize WindspeedUnit from invalid String value {wind_unit} for key wind_speed_unit")
    names = comma_list(query, "hourly")
    for name in names:
        if name not in UNITS:
            raise _refuse(f"Cannot initialize WeatherVariable from invalid String value {name} for key hourly")
    places = _places(query)
    first = int(datetime.combine(start, time(), UTC).timestamp())
    hours = np.arange(first, first + ((end - start).days + 1) * 86_400, 3600, dtype=np.int64)
    columns = _columns(world, places, hours, names, WIND_UNITS[wind_unit][1])
    units = {"time": "iso8601"} | {name: UNITS[name] for name in names}
    if "wind_speed_10m" in units:
        units["wind_speed_10m"] = WIND_UNITS[wind_unit][0]
    labels = np.datetime_as_string(hours.astype("datetime64[s]"), unit="m").tolist()
    answers = []
    for row, place in enumerate(places):
        item = _header(place, zone, world.seed) | ({"location_id": row} if row else {})
        if names:
            values = {name: _with_nulls(columns[name][row], hours, known_until) for name in names}
            item |= {"hourly_units": units, "hourly": {"time": labels} | values}
        answers.append(item)
    return answers[0] if len(answers) == 1 else answers


def _header(place: Place, zone: str, seed: int) -> Answer:
    cell = [round(degrees / GRID_DEGREES) for degrees in (place.latitude, place.longitude)]
    latitude, longitude = (float(str(np.float32(number) * np.float32(GRID_DEGREES))) for number in cell)
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
    """The asked variables, each places x hours, rounded as the service rounds them."""
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


def _with_nulls(values: Floats, hours: Integers, known_until: int) -> list[float | None]:
    known = int(np.searchsorted(hours, known_until, side="right"))
    return [*values[:known].tolist(), *[None] * (hours.size - known)]
