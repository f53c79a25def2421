"""Forecasts of the price as rows: published prices as they are, and the delivery days after them, in EUR/MWh."""

from collections.abc import Mapping, Sequence

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


def price_rows(
    now: Situation, issues: Sequence[tuple[Issue, Mapping[float, Band]]], published: pl.DataFrame, main: str,
    stamp: Stamp, settings: Settings,
) -> pl.DataFrame:  # fmt: skip
    """Make the rows of ``gold.price_forecast``: what is published from the issue on, and the delivery days after that.

    Args:
        now: the situation.
        issues: the days from the first that is not published whole, with their intervals.
        published: ``period_start_utc`` and ``value`` of the prices that are known from the issue on.
        main: the name of the forecast.
        stamp: of the issue.
        settings: of the lake.
    """
    unit = "eur_per_mwh"
    parts = []
    for later, (issue, bands) in enumerate(issues):
        starts = [
            (start, slot)
            for slot, of_slot in enumerate(now.known.days.starts_utc(now.number + later))
            for start in of_slot
        ]
        columns = {f"spot_{unit}": issue.expected[main], **ends_of(bands, np.ones((1, 1)), unit, round_ends=False)}
        columns |= {f"{name}_{unit}": issue.expected[name] for name in PRICE}
        slots = [slot for _, slot in sorted(starts)]
        rows = slot_rows(now.known.days.series, "bidding_zone", [start for start, _ in sorted(starts)], slots, columns)
        parts.append(rows.with_columns(tier=pl.Series(issue.tier[0, slots].tolist(), dtype=pl.String)))
    foreseen = pl.concat(parts)
    names = [name for name in foreseen.columns if name.endswith(unit)]
    known = published.select(
        "period_start_utc",
        *(pl.col("value").alias(name) for name in names if "naive" not in name and "weekday" not in name),
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


def days_to_forecast(now: Situation) -> int:
    """Count the delivery days to forecast: from the first not published to the one after the issue's own."""
    tomorrow = now.known.days.number(local(now.first_slot_utc, MARKET_CLOCK).date()) + 1
    return max(tomorrow - now.number + 1, 0)
