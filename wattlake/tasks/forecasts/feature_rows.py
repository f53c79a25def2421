"""The features of an issue as rows: what the model of load was given, slot by slot."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from wattlake.lake.contracts import columns
from wattlake.lake.settings import Settings
from wattlake.tasks.forecasting.days import Floats
from wattlake.tasks.forecasting.load_features import FeatureTable, feature_table
from wattlake.tasks.forecasts.energy_rows import KWH, horizon
from wattlake.tasks.forecasts.inputs import Situation
from wattlake.tasks.forecasts.rows import Stamp, slot_rows

ISSUED_FEATURES = "gold.forecast_feature_issued"
SCALE = "scale_kwh"


def features_of(now: Situation) -> FeatureTable:
    """Compute the features of load on the day to be forecast, with its forecast weather."""
    return feature_table(now.known.days, now.number, now.known.weather)


def feature_rows(now: Situation, features: FeatureTable, target: str, stamp: Stamp, settings: Settings) -> pl.DataFrame:
    """Make the rows of ``gold.forecast_feature_issued``.

    Args:
        now: the situation.
        features: of all members, those that the model picked its own from.
        target: what is forecast.
        stamp: of the issue.
        settings: of the lake.
    """
    starts, slots = horizon(now, settings)
    series = now.known.days.series
    by_name = _by_name(features, len(series))
    by_name[SCALE] = np.exp(by_name["log_scale"])
    contract = columns(ISSUED_FEATURES)
    simulated = pl.when("is_simulated").then(pl.lit("simulated")).otherwise(pl.lit("estimated"))
    origin = now.register.select(member_id="series", provenance=simulated)
    rows = slot_rows(series, "member_id", starts, slots, by_name).with_columns(
        *(_as_stored(name, contract[name].sql_type) for name in by_name),
        *(pl.lit(None, pl.Float64).alias(name) for name in _missing(list(by_name))),
        target=pl.lit(target),
    )
    return stamp.on(rows.join(origin, on="member_id", maintain_order="left"))


def _by_name(features: FeatureTable, series: int) -> dict[str, Floats]:
    """Turn the table into an array of series × slots for each feature."""
    by_slot = features.table.reshape(series, -1, len(features.names))
    return {name: by_slot[:, :, number] for number, name in enumerate(features.names)}


def _as_stored(name: str, sql_type: str) -> pl.Expr:
    known = pl.col(name).fill_nan(None)
    if sql_type == "double":
        return known
    return known.cast(pl.Int64) if sql_type == "bigint" else known.round(6).cast(KWH)


def _missing(names: Sequence[str]) -> list[str]:
    """List the features of weather, where none was known."""
    return [name for name in columns(ISSUED_FEATURES) if name.startswith("forecast_") and name not in names]
