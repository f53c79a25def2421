"""Means, spreads and quantiles over past days with gaps; NaN only where nothing is known."""

from collections.abc import Sequence

import numpy as np

from wattlake.tasks.forecasting.days import Booleans, Floats


def mean(values: Floats, axis: int | tuple[int, ...], weights: Floats | float = 1.0) -> Floats:
    """Average the known values; weights are shaped like the values or broadcast to them."""
    weight = np.where(np.isnan(values), 0.0, weights)
    total = weight.sum(axis)
    return np.divide(
        (np.nan_to_num(values) * weight).sum(axis), total, out=np.full_like(total, np.nan), where=total > 0
    )


def spread(values: Floats, axis: int | tuple[int, ...]) -> Floats:
    """Return the standard deviation of the known values."""
    return np.sqrt(mean((values - np.expand_dims(mean(values, axis), axis)) ** 2, axis))


def lowest(values: Floats, axis: int) -> Floats:
    """Return the smallest known value; NaN where none is known."""
    least = np.where(np.isnan(values), np.inf, values).min(axis)
    return np.where(np.isinf(least), np.nan, least)


def quantiles(values: Floats, weights: Floats, levels: Sequence[float]) -> list[Floats]:
    """Return weighted quantiles over the days of series × days × slots, one array per level.

    A quantile is the first value that reaches the level's share of the weight.

    Args:
        values: NaN where nothing is known; it then has no weight.
        weights: broadcast to the values.
        levels: 0–1.
    """
    order = np.argsort(values, axis=1)  # NaN comes last
    ordered = np.take_along_axis(values, order, 1)
    weight = np.take_along_axis(np.where(np.isnan(values), 0.0, weights), order, 1)
    share = np.cumsum(weight, axis=1)
    reached = [(share < share[:, -1:] * level).sum(1, keepdims=True) for level in levels]
    return [np.take_along_axis(ordered, np.minimum(ranks, values.shape[1] - 1), 1)[:, 0] for ranks in reached]


def decaying(days: int, half_life_days: float) -> Floats:
    """Weigh the days before now, newest last: halved every half-life, shaped 1 × days × 1."""
    return np.power(0.5, (days - np.arange(days)) / half_life_days)[None, :, None]


def running_mean(values: Floats, half_life_days: float, is_same: Booleans | None = None, other: float = 1.0) -> Floats:
    """Average each slot over the days before each day, recent ones more: series × days × slots.

    Args:
        values: series × days × slots.
        half_life_days: after how many days a value weighs half.
        is_same: days × slots, the kind of each day; days of another kind than the day's own weigh `other` as much.
        other: 0–1.
    """
    series, days, slots = values.shape
    kind = np.zeros((days, slots), dtype=np.intp) if is_same is None else is_same.astype(np.intp)
    means, slot = np.full_like(values, np.nan), np.arange(slots)
    total, weight = np.zeros((2, series, slots)), np.zeros((2, series, slots))
    fade = 0.5 ** (1 / half_life_days)
    for day in range(days):
        own, foreign = kind[day], 1 - kind[day]
        sums = total[own, :, slot].T + other * total[foreign, :, slot].T
        weights = weight[own, :, slot].T + other * weight[foreign, :, slot].T
        np.divide(sums, weights, out=means[:, day], where=weights > 1e-9)
        total *= fade
        weight *= fade
        is_known = ~np.isnan(values[:, day])
        total[own, :, slot] += np.where(is_known, values[:, day], 0.0).T
        weight[own, :, slot] += is_known.T
    return means


def trailing_mean(values: Floats, days: int) -> Floats:
    """Average each slot over a number of days before each day: series × days × slots."""
    is_known = ~np.isnan(values)
    sums = np.cumsum(np.pad(np.where(is_known, values, 0.0), ((0, 0), (1, 0), (0, 0))), axis=1)
    counts = np.cumsum(np.pad(is_known.astype(np.float64), ((0, 0), (1, 0), (0, 0))), axis=1)
    here = np.arange(values.shape[1])
    first = np.maximum(here - days, 0)
    count = counts[:, here] - counts[:, first]
    # Rounding leaves a little of sums that cancel out; counts are exact, so they tell what is known.
    return np.divide(sums[:, here] - sums[:, first], count, out=np.full_like(values, np.nan), where=count > 0)


def earlier(values: Floats, days: int) -> Floats:
    """Shift the values by a number of days: series × days × slots; NaN before the first day."""
    shifted = np.full_like(values, np.nan)
    shifted[:, days:] = values[:, : max(values.shape[1] - days, 0)]
    return shifted
