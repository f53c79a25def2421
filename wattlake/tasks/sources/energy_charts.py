"""Day-ahead prices of a bidding zone, from Energy-Charts (Fraunhofer ISE).

Source: https://api.energy-charts.info. Its days are local ones (Europe/Berlin, ahead of UTC), its times Unix seconds.
A day has 24 hourly prices, 23 or 25 at the clock changes, and four times as many since 2025-10-01.
"""

from datetime import timedelta

import polars as pl
from pyrate_limiter import Duration, Rate

from wattlake.lake.times import utc_day
from wattlake.tasks.sources._answer import Answer, calendar_years, midnight_utc
from wattlake.tasks.sources.base import Api, DaysAsked, Request, Scope

PRICES_ARE_FINAL_AFTER = timedelta(days=1)


def requests(scope: Scope) -> list[Request]:
    """Make one request per calendar year, up to tomorrow, the last day with published prices.

    A UTC day ends one or two hours into the next local day, so each request ends a day late.
    """
    tomorrow = utc_day(scope.now_utc) + timedelta(days=1)
    return [
        Request(
            url=scope.urls["energy_charts"] / "price",
            params={
                "bzn": scope.bidding_zone,
                "start": first.isoformat(),
                "end": (last + timedelta(days=1)).isoformat(),
            },
            asked={"bidding_zone": (scope.bidding_zone,)},
            final_at_utc=midnight_utc(last + timedelta(days=1)) + PRICES_ARE_FINAL_AFTER,
        )
        for first, last in calendar_years(scope.from_day, min(scope.to_day, tomorrow))
    ]


def read(request: Request, body: bytes) -> pl.DataFrame:
    """Read the answer's rows, one per price, as the service wrote them: text, with their unit.

    Raises:
        ValueError: the answer is cut off, of another shape, or empty (which comes with status 200 now and then).
    """
    answer = Answer(request, body)
    parsed = answer.parsed()
    seconds = answer.records(parsed, "unix_seconds")
    return answer.frame(
        {
            "bidding_zone": [request.asked["bidding_zone"][0]] * len(seconds),
            "unix_seconds": seconds,
            "price": answer.records(parsed, "price"),
            "unit": [answer.part(parsed, "unit")] * len(seconds),
            "provenance": [parsed.get("provenance")] * len(seconds),
        }
    )


SOURCE = Api(
    name="energy_charts",
    licence=(
        "Bundesnetzagentur | SMARD.de by Energy-Charts, CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/); "
        "some bidding zones for private and internal use only, see `license_info` in the answer"
    ),
    is_optional=False,
    urls={"energy_charts": "https://api.energy-charts.info"},
    # The service publishes no limit; one call a second is modest, and a year of prices is one call.
    calls=Rate(1, Duration.SECOND),
    days_asked=DaysAsked(params=("start", "end")),
    requests=requests,
    read=read,
)
