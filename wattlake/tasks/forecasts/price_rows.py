"""Forecasts of the price as rows in EUR/MWh: published prices, then the days after."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl

from wattlake.lake.settings import Settings
from wattlake.tasks.forecasting.baselines import PRICE
from wattlake.tasks.forecasting.forecaster import Issue
from wattlake.tasks.forecasting.misses import Band
from wattlake.tasks.forecasts.history import MARKET_CLOCK, local
from wattlake.tasks.forecasts.inputs import Situation
from wattlake.tasks.forecasts.rows import Stamp, ends_of, slot_rows

PUBLISHED = "published"
UNIT = "eur_per_mwh"


class DeliveryDay(NamedTuple):
    """The issue of one delivery day, the name of its main forecast, and its intervals."""

    issue: Issue
    main: str
    intervals: Mapping[float, Band]


def price_rows(
    now: Situation, days: Sequence[DeliveryDay], published: pl.DataFrame, stamp: Stamp, settings: Settings
) -> pl.DataFrame:
    """Make the rows of ``gold.price_forecast``: published prices, and the delivery days after.

    Args:
        now: the situation.
        days: from the first that is not published whole.
        published: ``period_start_utc`` and ``value`` of the prices that are known from the issue on.
        stamp: of the issue.
        settings: of the lake.
    """
    foreseen = pl.concat([_day_rows(now, later, day) for later, day in enumerate(days)])
    names = [name for name in foreseen.columns if name.endswith(UNIT)]
    baselines = {f"{name}_{UNIT}" for name in PRICE}
    known = published.select(
        "period_start_utc",
        *(pl.col("value").alias(name) for name in names if name not in baselines),
        bidding_zone=pl.lit(settings.bidding_zone),
        tier=pl.lit(PUBLISHED),
    )
    still_open = foreseen.filter(pl.col("period_start_utc") >= stamp.issued_at_utc).join(
        known, on="period_start_utc", how="anti"
    )
    simulated = bool(now.register["is_simulated"][0])
    return stamp.on(
        pl.concat([known, still_open], how="diagonal")
        .with_columns(
            *(pl.col(name).fill_nan(None).round(4).cast(pl.Decimal(12, 4)) for name in names),
            provenance=pl.lit("simulated" if simulated else "estimated"),
        )
        .sort("period_start_utc")
    )


def _day_rows(now: Situation, later: int, day: DeliveryDay) -> pl.DataFrame:
    """Make the rows of one delivery day, so many days later than the first."""
    history, issue = now.known.days, day.issue
    starts = sorted(
        (start, slot) for slot, instants in enumerate(history.starts_utc(now.number + later)) for start in instants
    )
    columns = {f"spot_{UNIT}": issue.expected[day.main]}
    columns |= ends_of(day.intervals, np.ones((1, 1)), UNIT, round_ends=False)
    columns |= {f"{name}_{UNIT}": issue.expected[name] for name in PRICE}
    slots = [slot for _, slot in starts]
    rows = slot_rows(history.series, "bidding_zone", [start for start, _ in starts], slots, columns)
    return rows.with_columns(tier=pl.Series(issue.tier[0, slots].tolist(), dtype=pl.String))


def days_to_forecast(now: Situation) -> int:
    """Count the delivery days to forecast, up to the one after the issue's own."""
    tomorrow = now.known.days.number(local(now.first_slot_utc, MARKET_CLOCK).date()) + 1
    return max(tomorrow - now.number + 1, 0)
