"""Energy-Charts' day-ahead prices: its answers (https://api.energy-charts.info)."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from wattlake.app.sandbox.market import GERMANY, MARKET_BEGINS, PowerSystem, local_midnight, spot_price_eur_per_mwh
from wattlake.app.sandbox.noise import Place
from wattlake.app.sandbox.refusal import Answer, Query, RefusalError, iso_date
from wattlake.app.sandbox.weather import World

TIMEZONE = "Europe/Berlin"
QUARTER_HOURS_SINCE = date(2025, 10, 1)  # the day-ahead auction's first day of 96 prices
AUCTION_RESULTS_HOUR = 13  # local time at which tomorrow's prices are known
LICENSE = "CC BY 4.0 (creativecommons.org/licenses/by/4.0) from Bundesnetzagentur | SMARD.de"
ZONES = {
    "DE-LU": GERMANY,
    "AT": PowerSystem((Place(48.2, 16.3), Place(47.3, 13.0)), "Europe/Vienna", "AT"),
    "BE": PowerSystem((Place(50.8, 4.4),), "Europe/Brussels", "BE"),
    "CH": PowerSystem((Place(47.0, 8.0),), "Europe/Zurich", "CH"),
    "CZ": PowerSystem((Place(50.0, 15.0),), "Europe/Prague", "CZ"),
    "DK1": PowerSystem((Place(56.0, 9.0),), "Europe/Copenhagen", "DK"),
    "FR": PowerSystem((Place(48.5, 2.5), Place(44.5, 3.0)), "Europe/Paris", "FR"),
    "NL": PowerSystem((Place(52.2, 5.3),), "Europe/Amsterdam", "NL"),
    "PL": PowerSystem((Place(52.0, 19.0),), "Europe/Warsaw", "PL"),
}


def price(query: Query, seed: int, now: datetime) -> Answer:
    """Answer `GET /price` with the prices (EUR/MWh) of local days, as far as they are known.

    The days are `start` to `end`, both included.
    """
    zone = query.get("bzn", "DE-LU")
    if zone not in ZONES:
        detail = [{"loc": ["query", "bzn"], "msg": f"value is not a valid bidding zone: {zone}", "type": "enum"}]
        raise RefusalError(422, {"detail": detail})
    local_now = now.astimezone(ZoneInfo(TIMEZONE))
    start = _day(query, "start", local_now.date())
    end = _day(query, "end", start)
    known = local_now.date() + timedelta(days=1 if local_now.hour >= AUCTION_RESULTS_HOUR else 0)
    seconds: list[int] = []
    prices: list[float] = []
    for first, after, minutes in _stretches(max(start, MARKET_BEGINS), min(end, known)):
        instants = np.arange(local_midnight(TIMEZONE, first), local_midnight(TIMEZONE, after), minutes * 60)
        seconds += instants.tolist()
        prices += spot_price_eur_per_mwh(World(seed), ZONES[zone], instants, minutes).tolist()
    if not seconds:
        raise RefusalError(404, {"detail": "No content available for the requested period"})
    unit = "EUR / MWh" if end >= QUARTER_HOURS_SINCE else "EUR/MWh"
    return {"license_info": LICENSE, "unix_seconds": seconds, "price": prices, "unit": unit, "deprecated": False}


def _day(query: Query, name: str, default: date) -> date:
    if name not in query:
        return default
    day = iso_date(query[name])
    if day is None:
        detail = [{"loc": ["query", name], "msg": "expected a date written YYYY-MM-DD", "type": "value_error"}]
        raise RefusalError(422, {"detail": detail})
    return day


def _stretches(start: date, end: date) -> list[tuple[date, date, int]]:
    """Cut the days where the market changed: first day, day after the last, price's minutes."""
    after = end + timedelta(days=1)
    cut = min(max(QUARTER_HOURS_SINCE, start), max(after, start))
    return [(first, last, minutes) for first, last, minutes in ((start, cut, 60), (cut, after, 15)) if first < last]
