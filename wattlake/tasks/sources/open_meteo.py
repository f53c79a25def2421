"""Hourly weather of every zone from Open-Meteo: past, forecast, and forecast a day before.

Sources: https://open-meteo.com/en/docs/historical-weather-api (archive), https://open-meteo.com/en/docs (forecast) and
https://open-meteo.com/en/docs/previous-runs-api (what a forecast was at a fixed lead). Times are in UTC and label the
*end* of their hour for radiation and precipitation, so an hour's last value stands on the next day.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import polars as pl
from pyrate_limiter import Duration, Rate

from wattlake.lake.times import utc_day
from wattlake.tasks.sources._answer import Answer, calendar_years, midnight_utc, one_for_each_place
from wattlake.tasks.sources.base import Api, DaysAsked, Request, Scope

ARCHIVE_IS_FINAL_AFTER = timedelta(days=7)
FORECAST_DAYS = 3
DAY_AHEAD = "previous_day1"
"""The API's mark of variables as they were expected 24 hours before; such rows are called so here."""
PREVIOUS_RUNS_BEGIN = date(2024, 2, 1)
"""Most weather models are kept since January 2024."""
VARIABLES = (
    "temperature_2m",
    "relative_humidity_2m",
    "cloud_cover",
    "precipitation",
    "weather_code",
    "wind_speed_10m",
    "shortwave_radiation",
    "direct_radiation",
    "diffuse_radiation",
)
WITH_UNITS = ("temperature_2m", "precipitation", "wind_speed_10m")
"""The variables whose unit the caller of the API can choose; the others have one unit only."""


def requests(scope: Scope) -> list[Request]:
    """Make two requests per calendar year of past days, and one forecast if days reach now.

    Of past days is asked what was, and since 2024 what was expected of them a day before. Every request is for all
    zones at once. An archive request ends a day late, for the last hour of its last day, but never after today, which
    the archive refuses. Days that are younger than the archive's delay are asked all the same.
    """
    if not scope.places:
        return []
    today = utc_day(scope.now_utc)
    yesterday = min(scope.to_day, today - timedelta(days=1))
    asked = [_archive(scope, first, last) for first, last in calendar_years(scope.from_day, yesterday)]
    expected_from = max(scope.from_day, PREVIOUS_RUNS_BEGIN)
    asked += [_day_ahead(scope, first, last) for first, last in calendar_years(expected_from, yesterday)]
    if scope.to_day >= today:
        last = today + timedelta(days=FORECAST_DAYS + 1)
        asked.append(_request(scope, "forecast", today, last))
    return asked


def _archive(scope: Scope, first: date, last: date) -> Request:
    day_after = last + timedelta(days=1)
    final_at_utc = midnight_utc(day_after) + ARCHIVE_IS_FINAL_AFTER
    return _request(scope, "archive", first, day_after, final_at_utc=final_at_utc)


def _day_ahead(scope: Scope, first: date, last: date) -> Request:
    """Make a request that is final when its days are over: their forecasts are settled by then."""
    day_after = last + timedelta(days=1)
    return _request(scope, DAY_AHEAD, first, day_after, final_at_utc=midnight_utc(day_after))


def _request(scope: Scope, api: str, first: date, last: date, **when_final: Any) -> Request:  # noqa: ANN401
    params = {
        "latitude": ",".join(f"{home.latitude:g}" for home in scope.places),
        "longitude": ",".join(f"{home.longitude:g}" for home in scope.places),
        "start_date": first.isoformat(),
        "end_date": last.isoformat(),
        "hourly": ",".join(_written(name, api) for name in VARIABLES),
        "timezone": "GMT",
    }
    asked = {"api": (api,), "zone": tuple(home.zone for home in scope.places)}
    service, path = ("previous_runs", "forecast") if api == DAY_AHEAD else (api, api)
    return Request(scope.urls[f"open_meteo_{service}"] / f"v1/{path}", params, asked, **when_final)


def _written(variable: str, api: str) -> str:
    """Return the name of a variable in a question and its answer."""
    return f"{variable}_{DAY_AHEAD}" if api == DAY_AHEAD else variable


def read(request: Request, body: bytes) -> pl.DataFrame:
    """Read the answer's rows, one per zone and hour, as text with the units that can vary.

    The text is the service's. One place is answered by an object, several by a list in the order of the question;
    ``location_id`` counts from 0 and is left out on the first.

    Raises:
        ValueError: the answer is an error, cut off, of another shape, or empty.
    """
    answer = Answer(request, body)
    parsed, zones = answer.parsed(), request.asked["zone"]
    places = parsed if isinstance(parsed, list) else [parsed]
    if any(isinstance(forecast, dict) and forecast.get("error") for forecast in places):
        raise answer.wrong("hourly weather")
    if len(places) != len(zones):
        raise answer.wrong(f"{len(zones)} place(s) ({', '.join(zones)}), but {len(places)} came")
    return pl.concat([_rows(answer, position, forecast) for position, forecast in enumerate(places)])


def _rows(answer: Answer, position: int, forecast: Mapping[str, Any]) -> pl.DataFrame:
    hourly, units = answer.part(forecast, "hourly"), answer.part(forecast, "hourly_units")
    if forecast.get("location_id", str(position)) != str(position):
        raise answer.wrong(f"the places in the order of the question, `location_id` {position} in that position")
    if answer.part(forecast, "utc_offset_seconds") != "0":
        raise answer.wrong("times in UTC (`utc_offset_seconds` 0)")
    time, api = answer.records(hourly, "time"), answer.request.asked["api"][0]
    once = {
        "api": api,
        "zone": answer.request.asked["zone"][position],
        "latitude": answer.part(forecast, "latitude"),
        "longitude": answer.part(forecast, "longitude"),
    }
    return answer.frame(
        {name: [value] * len(time) for name, value in once.items()}
        | {"time": time}
        | {name: answer.records(hourly, _written(name, api)) for name in VARIABLES}
        | {f"{name}_unit": [answer.part(units, _written(name, api))] * len(time) for name in WITH_UNITS}
        | {"provenance": [forecast.get("provenance")] * len(time)}
    )


SOURCE = Api(
    name="open_meteo",
    licence="Weather data by Open-Meteo.com, CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)",
    is_optional=False,
    after=("members",),
    urls={
        "open_meteo_archive": "https://archive-api.open-meteo.com",
        "open_meteo_forecast": "https://api.open-meteo.com",
        "open_meteo_previous_runs": "https://previous-runs-api.open-meteo.com",
    },
    # The free service allows 600 calls a minute, and counts a year of one place as about 26 of them.
    calls=Rate(10, Duration.MINUTE),
    days_asked=DaysAsked(params=("start_date", "end_date")),
    requests=requests,
    read=read,
    parts=one_for_each_place,
)
