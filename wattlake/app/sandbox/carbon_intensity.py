"""Great Britain's Carbon Intensity API: its answers.

Its definition is https://carbon-intensity.github.io/api-definitions.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from wattlake.app.sandbox.market import GREAT_BRITAIN, MARKET_BEGINS, carbon_intensity_gco2_per_kwh
from wattlake.app.sandbox.refusal import Answer, RefusalError
from wattlake.app.sandbox.weather import World

LONGEST = timedelta(days=14)
FORECAST_REACH = timedelta(hours=48)
HALF_HOUR_SECONDS = 1800
BANDS = ((40, "very low"), (110, "low"), (190, "moderate"), (270, "high"))  # gCO2/kWh below which; else very high


def _instant(text: str) -> datetime:
    for layout in ("%Y-%m-%dT%H:%MZ", "%Y-%m-%dT%H:%M:%SZ"):
        try:
            return datetime.strptime(text, layout).replace(tzinfo=UTC)
        except ValueError:
            continue
    raise _refuse(f"Please enter a valid datetime in ISO8601 format YYYY-MM-DDThh:mmZ, not '{text}'.")


def _refuse(message: str) -> RefusalError:
    return RefusalError(400, {"error": {"code": "400 Bad Request", "message": message}})


def intensity(begin: str, end: str, seed: int, now: datetime) -> Answer:
    """Answer `GET /intensity/{from}/{to}` with half-hours, as far as is forecast.

    `actual` is null until a half-hour is over. As in the real service the first entry is the half-hour that ends at
    `from` (https://github.com/carbon-intensity/api-definitions/issues/17 shows it).
    """
    start, stop = _instant(begin), _instant(end)
    if stop < start:
        raise _refuse("The start datetime should be before the end datetime.")
    if stop - start > LONGEST:
        raise _refuse("The maximum duration of the datetime range is 14 days.")
    if start.date() < MARKET_BEGINS:
        raise _refuse(f"Please enter a start datetime from {MARKET_BEGINS} on.")
    stop = min(stop, now + FORECAST_REACH)
    first = -(-int(start.timestamp()) // HALF_HOUR_SECONDS) - 1
    last = -(-int(stop.timestamp()) // HALF_HOUR_SECONDS)
    instants = np.arange(first, last, dtype=np.int64) * HALF_HOUR_SECONDS
    if not instants.size:
        return {"data": []}
    actual, expected = carbon_intensity_gco2_per_kwh(World(seed), GREAT_BRITAIN, instants)
    edges = np.arange(first, last + 1, dtype=np.int64) * HALF_HOUR_SECONDS
    labels = [f"{label}Z" for label in np.datetime_as_string(edges.astype("datetime64[s]"), unit="m").tolist()]
    over = (instants + HALF_HOUR_SECONDS <= int(now.timestamp())).tolist()
    values = zip(labels[:-1], labels[1:], expected.tolist(), actual.tolist(), over, strict=True)
    return {"data": [_entry(*value) for value in values]}


def _entry(begin: str, end: str, expected: float, actual: float, over: bool) -> dict[str, Any]:
    known = int(actual) if over else None
    level = known if known is not None else expected
    index = next((name for limit, name in BANDS if level < limit), "very high")
    return {"from": begin, "to": end, "intensity": {"forecast": int(expected), "actual": known, "index": index}}
