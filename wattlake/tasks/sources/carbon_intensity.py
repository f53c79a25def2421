"""Half-hourly carbon intensity of Great Britain's grid, from NESO's Carbon Intensity API.

Source: https://carbon-intensity.github.io/api-definitions. Times are UTC without seconds; an answer may begin with the
half-hour before the one asked for.
"""

from collections.abc import Iterator
from datetime import date, timedelta

import polars as pl
from pyrate_limiter import Duration, Rate

from wattlake.lake.times import utc_day
from wattlake.tasks.sources._answer import Answer, midnight_utc
from wattlake.tasks.sources.base import Api, DaysAsked, Request, Scope

DAYS_A_REQUEST = 14
DAYS_FORECAST = 2
ACTUAL_IS_FINAL_AFTER = timedelta(days=2)


def requests(scope: Scope) -> list[Request]:
    """Make one request per 14 days up to the end of the service's two-day forecast.

    14 days are the most that it answers at once.
    """
    last_forecast_day = utc_day(scope.now_utc) + timedelta(days=DAYS_FORECAST - 1)
    return [
        Request(
            url=scope.urls["carbon_intensity"] / f"intensity/{first:%Y-%m-%d}T00:00Z/{day_after:%Y-%m-%d}T00:00Z",
            final_at_utc=midnight_utc(day_after) + ACTUAL_IS_FINAL_AFTER,
        )
        for first, day_after in _fortnights(scope.from_day, min(scope.to_day, last_forecast_day))
    ]


def _fortnights(from_day: date, to_day: date) -> Iterator[tuple[date, date]]:
    first, end = from_day, to_day + timedelta(days=1)
    while first < end:
        yield first, min(first + timedelta(days=DAYS_A_REQUEST), end)
        first += timedelta(days=DAYS_A_REQUEST)


def read(request: Request, body: bytes) -> pl.DataFrame:
    """Read the answer's rows, one per half-hour, as text; ``actual`` is null in the future.

    Raises:
        ValueError: the answer is cut off, of another shape, or empty.
    """
    answer = Answer(request, body)
    parsed = answer.parsed()
    half_hours = answer.records(parsed, "data")
    columns = {name: [answer.part(each, name) for each in half_hours] for name in ("from", "to")}
    for name in ("forecast", "actual", "index"):
        columns[name] = [answer.part(each, "intensity", name) for each in half_hours]
    return answer.frame(columns | {"provenance": [parsed.get("provenance")] * len(half_hours)})


SOURCE = Api(
    name="carbon_intensity",
    licence="NESO Carbon Intensity API, CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/)",
    is_optional=False,
    urls={"carbon_intensity": "https://api.carbonintensity.org.uk"},
    # The service publishes no limit; at 4 calls a second, the 27 calls for a year take seven seconds.
    calls=Rate(4, Duration.SECOND),
    days_asked=DaysAsked(path_parts=(-2, -1)),
    requests=requests,
    read=read,
)
