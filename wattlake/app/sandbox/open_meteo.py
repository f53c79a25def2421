"""Open-Meteo's API, its archive and previous runs (https://open-meteo.com/en/docs)."""

from datetime import UTC, date, datetime, time, timedelta

from wattlake.app.sandbox.noise import Place
from wattlake.app.sandbox.open_meteo_hours import UNITS, WIND_UNITS, header, hourly_blocks, hours_of, lead_days
from wattlake.app.sandbox.refusal import Answer, Query, RefusalError, comma_list, iso_date, whole_number
from wattlake.app.sandbox.weather import World

ARCHIVE_BEGINS = date(1940, 1, 1)
PREVIOUS_RUNS_BEGIN = date(2024, 1, 1)
MAX_PAST_DAYS, MAX_FORECAST_DAYS, DEFAULT_FORECAST_DAYS = 92, 16, 7
HORIZON_HOURS = 15 * 24 + 12  # after the issue day's midnight; later hours of the last day are null

BACKWARDS = "End-date must be larger or equals than start-date"


def _refuse(reason: str) -> RefusalError:
    return RefusalError(400, {"error": True, "reason": reason})


def archive(query: Query, seed: int, now: datetime) -> Answer | list[Answer]:
    """Answer `GET /v1/archive` with the weather that was, null after `now`.

    Both dates are required.
    """
    for name in ("start_date", "end_date"):
        if name not in query:
            raise _refuse(f"Parameter '{name}' is required but missing")
    start, end = _dates(query, ARCHIVE_BEGINS, now.date())
    return _answer(query, World(seed), start, end, int(now.timestamp()))


def forecast(query: Query, seed: int, now: datetime) -> Answer | list[Answer]:
    """Answer `GET /v1/forecast` with what is expected since the last midnight (UTC).

    The days are given by dates, or by a number of days around today. Of a variable with `_previous_day1` to `7`, what
    was expected so many days before; asked for those alone, it reaches back to 2024.
    """
    today, names = now.date(), comma_list(query, "hourly")
    if "start_date" in query or "end_date" in query:
        if "past_days" in query or "forecast_days" in query:
            raise _refuse("Parameter 'past_days' is mutually exclusive with 'start_date' and 'end_date'")
        is_of_earlier_runs = bool(names) and all(lead_days(name)[1] for name in names)
        earliest = PREVIOUS_RUNS_BEGIN if is_of_earlier_runs else today - timedelta(days=MAX_PAST_DAYS)
        latest = today + timedelta(days=MAX_FORECAST_DAYS - 1)
        start, end = _dates(query, earliest, latest)
    else:
        past = _day_count(query, "past_days", "Past", 0, MAX_PAST_DAYS)
        ahead = _day_count(query, "forecast_days", "Forecast", DEFAULT_FORECAST_DAYS, MAX_FORECAST_DAYS)
        start, end = today - timedelta(days=past), today + timedelta(days=ahead - 1)
        if end < start:
            raise _refuse(BACKWARDS)
    issued = int(datetime.combine(today, time(), UTC).timestamp())
    return _answer(query, World(seed, issued), start, end, issued + HORIZON_HOURS * 3600)


def _day_count(query: Query, name: str, title: str, default: int, most: int) -> int:
    text = query.get(name, str(default))
    days = whole_number(text)
    if days is None or days > most:
        raise _refuse(f"{title} days is invalid. Allowed range 0 to {most}. Given {text}.")
    return days


def _dates(query: Query, earliest: date, latest: date) -> tuple[date, date]:
    ends = []
    for name in ("start_date", "end_date"):
        day = iso_date(query.get(name, ""))
        if day is None:
            raise _refuse("Invalid date format. Make sure to use 'YYYY-MM-DD'")
        if not earliest <= day <= latest:
            raise _refuse(f"Parameter '{name}' is out of allowed range from {earliest} to {latest}")
        ends.append(day)
    if ends[1] < ends[0]:
        raise _refuse(BACKWARDS)
    return ends[0], ends[1]


def _places(query: Query) -> list[Place]:
    try:
        latitudes, longitudes = ([float(part) for part in comma_list(query, key)] for key in ("latitude", "longitude"))
    except ValueError as error:
        raise _refuse("Parameter 'latitude' and 'longitude' must be numbers") from error
    if not latitudes or len(latitudes) != len(longitudes):
        raise _refuse("Parameter 'latitude' and 'longitude' must have the same number of elements")
    for name, numbers, most in (("Latitude", latitudes, 90), ("Longitude", longitudes, 180)):
        for number in numbers:
            if not -most <= number <= most:
                raise _refuse(f"{name} must be in range of -{most} to {most}°. Given: {number}.")
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
        variable, lead = lead_days(name)
        if variable not in UNITS or (lead and world.issued_unix_seconds is None):
            raise _refuse(f"Cannot initialize WeatherVariable from invalid String value {name} for key hourly")
    places = _places(query)
    headers = [header(site, zone, world.seed) for site in places]
    blocks = hourly_blocks(world, places, hours_of(start, end), names, wind_unit, known_until)
    items = [
        first | ({"location_id": number} if number else {}) | block
        for number, (first, block) in enumerate(zip(headers, blocks, strict=True))
    ]
    return items[0] if len(items) == 1 else items
