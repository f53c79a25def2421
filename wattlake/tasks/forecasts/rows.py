"""Forecasts as rows: what the rows of all targets have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

from wattlake.tasks.forecasting.days import Floats
from wattlake.tasks.forecasting.misses import Band

END_OF = {0.95: "", 0.8: "80_", 0.5: "50_"}
"""The part of a column's name that tells the coverage of an interval's end."""


@dataclass(frozen=True)
class Stamp:
    """The columns that all rows of an issue have in common; instants are UTC without an offset."""

    issued_at_utc: datetime
    made_at_utc: datetime
    period_minutes: int
    forecaster: str
    forecaster_version: str

    def on(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Add it, and the horizon, to rows."""
        return rows.with_columns(
            pl.lit(self.issued_at_utc, pl.Datetime("us")).alias("issued_at_utc"),
            pl.lit(self.made_at_utc, pl.Datetime("us")).alias("_made_at_utc"),
            pl.lit(self.period_minutes, pl.Int64).alias("period_minutes"),
            pl.lit(self.forecaster).alias("forecaster"),
            pl.lit(self.forecaster_version).alias("forecaster_version"),
            horizon_hours=(pl.col("period_start_utc") - self.issued_at_utc).dt.total_seconds() / 3600,
        )


def ends_of(bands: Mapping[float, Band], unit: Floats, name: str, *, round_ends: bool = True) -> dict[str, Floats]:
    """Name the ends of intervals as columns; rounded outwards, so that they hold what they held."""
    ends = {}
    for cover, (low, high) in bands.items():
        low, high = low * unit, high * unit
        ends[f"lower_{END_OF[cover]}{name}"] = np.floor(low) if round_ends else low
        ends[f"upper_{END_OF[cover]}{name}"] = np.ceil(high) if round_ends else high
    return ends


def slot_rows(
    series: Sequence[str], name: str, starts: Sequence[datetime], slots: Sequence[int], columns: Mapping[str, Floats]
) -> pl.DataFrame:
    """Make a row per series and start, with its slot of each array of series × slots."""
    return pl.DataFrame(
        {
            name: np.repeat(np.array(series, dtype=object), len(starts)),
            "period_start_utc": list(starts) * len(series),
        }
        | {column: values[:, list(slots)].reshape(-1) for column, values in columns.items()},
        schema_overrides={name: pl.String, "period_start_utc": pl.Datetime("us")},
    )
