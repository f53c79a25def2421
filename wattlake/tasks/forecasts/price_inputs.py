"""The inputs of the price: the published delivery days, and the first to be forecast."""

from datetime import datetime

import numpy as np
import polars as pl

from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection
from wattlake.tasks.forecasting.forecaster import Known
from wattlake.tasks.forecasts.history import MARKET_CLOCK, local, read_days
from wattlake.tasks.forecasts.inputs import Situation, exactly

STALEST_PRICES = 7
"""Prices that end so many days before an issue are too old to forecast from."""


def price_inputs(reader: Connection, settings: Settings, issued_at_utc: datetime, most_days: int) -> Situation | None:
    """Read the prices published by a time; None where there are none, or only old ones.

    Args:
        reader: with the lake as its current database.
        settings: of the lake.
        issued_at_utc: the time, without an offset.
        most_days: how many days of history are read at most.
    """
    days = read_days(reader, settings, "price", [settings.bidding_zone], MARKET_CLOCK, issued_at_utc, most_days)
    if days is None:
        return None
    is_known = ~np.isnan(days.values[0])
    whole = np.flatnonzero(is_known.mean(1) > 0.9)  # the hour that a clock skips is not there
    number = int(whole[-1]) + 1 if whole.size else 0
    today = days.number(local(issued_at_utc, MARKET_CLOCK).date())
    if today - number > STALEST_PRICES or not number:
        return None
    simulated = reader.execute(
        "select coalesce(bool_or(provenance = 'simulated'), false) from gold.spot_price where bidding_zone = ?",
        [settings.bidding_zone],
    ).fetchall()[0][0]
    register = pl.DataFrame({"series": [settings.bidding_zone], "is_simulated": [simulated]})
    return Situation(Known(exactly(days, number)), number, register, issued_at_utc)
