"""The chain of fallbacks: every slot is filled by the best that is there, and it is told which that was."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import polars as pl

from tasks.forecasting.days import Days, Floats, rows_of
from tasks.forecasting.past import mean

OTHERS, NOTHING = "others", "nothing"
"""The last two tiers: the mean of the other series, and zero where none has anything."""


def filled(tiers: Mapping[str, Floats]) -> tuple[Floats, npt.NDArray[np.str_]]:
    """The values of the first tier that has one in each slot, and the tier's name: both series × slots.

    Args:
        tiers: from the best to the plainest, series × slots, NaN where a tier knows nothing.

    Raises:
        ValueError: there is no tier.
    """
    if not tiers:
        raise ValueError("There is no tier to fall back to. Give the baselines at least.")
    values = np.full_like(next(iter(tiers.values())), np.nan)
    names = np.full(values.shape, NOTHING, dtype=object)
    for name, tier in tiers.items():
        _fill(values, names, name, np.where(np.isfinite(tier), tier, np.nan))
    _fill(values, names, OTHERS, np.broadcast_to(mean(values, 0), values.shape))
    _fill(values, names, NOTHING, np.zeros_like(values))
    return values, names.astype(np.str_)


def as_rows(days: Days, number: int, tiers: Mapping[str, Floats], name: str = "expected") -> pl.DataFrame:
    """The filled forecast of a day as rows: ``series``, ``period_start_utc``, the value by its name and ``tier``."""
    values, names = filled(tiers)
    order = [*tiers, OTHERS, NOTHING]
    ranks = np.array([[order.index(tier) for tier in row] for row in names.tolist()], dtype=np.float64)
    rows = rows_of(days, number, {name: values, "rank": ranks})
    return rows.with_columns(
        tier=pl.col("rank").cast(pl.Int64).replace_strict(range(len(order)), order, return_dtype=pl.String)
    ).drop("rank")


def _fill(values: Floats, names: npt.NDArray[np.object_], name: str, tier: Floats) -> None:
    is_gap = np.isnan(values) & ~np.isnan(tier)
    values[is_gap] = tier[is_gap]
    names[is_gap] = name
