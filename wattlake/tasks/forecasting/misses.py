"""Shares of values that an interval's ends may miss, and the quantiles of past errors there."""

import numpy as np

from wattlake.tasks.forecasting.days import Floats
from wattlake.tasks.forecasting.past import mean, quantiles

COVERAGES = {0.5: (0.25, 0.75), 0.8: (0.1, 0.9), 0.95: (0.025, 0.975)}
"""The levels of the raw quantiles each interval is made from."""
LEVELS = tuple(sorted(level for pair in COVERAGES.values() for level in pair))

Band = tuple[Floats, Floats]
"""Lower and upper ends, or what goes with each."""


def allotted(below: Floats, above: Floats, cover: float) -> Band:
    """Split the share of values that an interval may miss between its two ends.

    Each end may miss half of it; where fewer values come on its side, the other has the rest.

    Args:
        below: how far each value lies below of what is expected, series × days × slots; negative above.
        above: the same above.
        cover: the share that the interval holds.
    """
    low, high = (mean(np.where(np.isnan(side), np.nan, side > 0), (1, 2)) for side in (below, above))
    low, high = np.nan_to_num(low, nan=1.0), np.nan_to_num(high, nan=1.0)
    missable = 1 - cover
    return (
        np.minimum(low, np.maximum(missable / 2, missable - high)),
        np.minimum(high, np.maximum(missable / 2, missable - low)),
    )


def reached(beyond: Floats, misses: Floats) -> Floats:
    """Return the value that all but the missed share of a row stay below.

    Of n known values it is the ⌈(n + 1)(1 − miss)⌉th; 0 where none is known.
    """
    ordered, count = np.sort(beyond, axis=1), (~np.isnan(beyond)).sum(1)  # NaN is sorted to the end
    rank = np.clip(np.ceil((count + 1) * (1 - misses)).astype(np.int64), 1, np.maximum(count, 1)) - 1
    errors = np.take_along_axis(np.pad(ordered, ((0, 0), (0, 1))), rank[:, None], 1)[:, 0]
    return np.nan_to_num(errors)


def outer_errors(errors: Floats, cover: float) -> Band:
    """Return how far an interval that held a share of past errors reaches: rows × slots.

    The two arrays are the reach below and above of what is expected.

    Args:
        errors: actual minus expected, rows × days × slots; each slot is taken for itself.
        cover: the share.
    """
    rows, _, slots = errors.shape
    each = np.moveaxis(errors, 1, 2).reshape(rows * slots, -1, 1)
    low, high = (
        np.maximum(reached(side[:, :, 0], share), 0.0).reshape(rows, slots)
        for side, share in zip((-each, each), allotted(-each, each, cover), strict=True)
    )
    return low, high


def around(expected: Floats, errors: Floats) -> dict[float, Floats]:
    """Make raw quantiles for a forecaster that gives none.

    They are its past errors of the slot, around what it expects.

    Args:
        expected: series × slots.
        errors: actual minus expected of past days, series × days × slots.
    """
    levels = [level for pair in COVERAGES.values() for level in pair]
    ends = quantiles(errors, np.ones((1, 1, 1)), levels)
    return {0.5: expected} | {level: expected + error for level, error in zip(levels, ends, strict=True)}
