"""Measures of forecasts on arrays of series × days × slots, NaN where nothing is known.

Hyndman and Koehler (2006), Another look at measures of forecast accuracy, for MASE; Gneiting and Raftery (2007),
Strictly Proper Scoring Rules, for pinball loss and CRPS.
"""

from collections.abc import Mapping

import numpy as np

from wattlake.tasks.forecasting.days import Floats
from wattlake.tasks.forecasting.past import mean


def errors(actual: Floats, expected: Floats, naive_error: Floats) -> dict[str, float]:
    """Measure MAE, RMSE, WAPE, MAPE and bias over all; MASE and R² are means over the series.

    Args:
        actual: what came.
        expected: what was expected.
        naive_error: of each series, the mean absolute error of the 24-hour naive forecast on the training days.
    """
    error = expected - actual
    known = np.where(np.isnan(error), np.nan, actual)
    level = mean_of_all(np.abs(known))
    own = mean(np.abs(error), (1, 2))
    each = np.divide(own, naive_error, out=np.full_like(own, np.nan), where=naive_error > 0)
    positive = np.where(known > 0, known, np.nan)
    return {
        "mae": mean_of_all(np.abs(error)),
        "rmse": float(np.sqrt(mean_of_all(error**2))),
        "wape_pct": 100 * mean_of_all(np.abs(error)) / level,
        "mape_pct": 100 * mean_of_all(np.abs(error) / positive),
        "mase": mean_of_all(each),
        "r2": mean_of_all(r2_of_series(actual, expected)),
        "bias_pct": 100 * mean_of_all(error) / level,
    }


def skill_pct(actual: Floats, expected: Floats, baseline: Floats) -> float:
    """Return by how many percent the mean absolute error is below that of a baseline.

    Only slots of which both say something are compared.
    """
    both = np.where(np.isnan(expected) | np.isnan(baseline), np.nan, actual)
    return 100 * (1 - mean_of_all(np.abs(expected - both)) / mean_of_all(np.abs(baseline - both)))


def r2_of_series(actual: Floats, expected: Floats) -> Floats:
    """Return the share of each series' own variance that is explained; NaN where it has none."""
    known = np.where(np.isnan(expected), np.nan, actual)
    middle = mean(known, (1, 2))[:, None, None]
    variance = mean((known - middle) ** 2, (1, 2))
    unexplained = mean((known - expected) ** 2, (1, 2))
    return 1 - np.divide(unexplained, variance, out=np.full_like(variance, np.nan), where=variance > 0)


def naive_error(values: Floats, until: int) -> Floats:
    """Return each series' mean absolute change of a slot from the day before.

    Only the days before ``until`` count.
    """
    return mean(np.abs(values[:, 1:until] - values[:, : until - 1]), (1, 2))


def pinball(actual: Floats, quantile: Floats, level: float) -> float:
    """Return the mean pinball loss of a quantile."""
    above = actual - quantile
    return mean_of_all(np.maximum(level * above, (level - 1) * above))


def crps(actual: Floats, quantiles: Mapping[float, Floats]) -> float:
    """Return the continuous ranked probability score.

    It is twice the pinball loss, integrated over the levels that are there.
    """
    levels = np.array(sorted(quantiles))
    losses = np.array([pinball(actual, quantiles[level], level) for level in levels])
    return float(2 * np.trapezoid([0, *losses, 0], [0, *levels, 1]))


def intervals(actual: Floats, low: Floats, high: Floats, promised: float) -> dict[str, float]:
    """Measure the coverage over all, the share of series that are near it, and the width.

    A series is near if its own coverage is within four points of what is promised.

    Slots in which both ends are the same, as at night for panels, promise nothing and are left out.
    """
    is_known = ~np.isnan(actual) & (low < high)
    inside = np.where(is_known, (actual >= low) & (actual <= high), np.nan)
    each = 100 * mean(inside, (1, 2))
    near = np.abs(each[~np.isnan(each)] - 100 * promised) <= 4
    return {
        "coverage_pct": 100 * mean_of_all(inside),
        "series_within_4_points_pct": 100 * float(near.mean()),
        "width": mean_of_all(np.where(is_known, high - low, np.nan)),
    }


def mean_of_all(values: Floats) -> float:
    """Return the mean of the known values; NaN where none is known."""
    return float(mean(values.reshape(1, -1), 1)[0])
