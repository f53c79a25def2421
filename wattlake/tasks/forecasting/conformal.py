"""Conformal calibration: intervals around the shown forecasts that hold what they promise.

Split conformal prediction with intervals nested around what is expected (Gupta, Kuchibhotla and Ramdas, 2022, Nested
conformal prediction) on the last weeks' own errors, series by series, with the miss rate steered over time (Gibbs and
Candès, 2021, Adaptive Conformal Inference). The raw quantiles only say how far out the ends of a slot lie beside those
of other slots. An end is never on the wrong side of what is shown, be it a median or a mean: where fewer values come
there than half of those that may be missed, the other end may miss the rest, and together they hold what is promised.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from wattlake.tasks.forecasting import past
from wattlake.tasks.forecasting.days import Booleans, Floats
from wattlake.tasks.forecasting.misses import COVERAGES, Band, allotted, reached

WINDOW_DAYS = 56
ENOUGH_DAYS = 7
STEP = 0.03
TRACKING_STEP = 0.3
"""An end moves by so many raw distances for each day that missed it in all slots."""
LEAST_WIDTH = 0.05
"""No raw interval is taken for narrower than this share of the day's mean: it is the unit of what lies beyond."""
LEAST_SIDE = 0.15
"""No raw quantile is taken for nearer to what is shown than this share of the slot's raw width."""
WIDEST_MISS, NARROWEST_MISS = 3.0, 0.1
"""Bounds of the steered miss rate of an end, as factors of the one allotted to it."""


@dataclass(frozen=True)
class Calibration:
    """The memory of the last weeks: how far out each value was, and the steered miss rates.

    Attributes:
        beyond: for each coverage below and above: series × days × slots, from what is shown outwards in raw distances.
        steering: for each coverage below and above: series, what is added to the miss rate that is allotted.
    """

    beyond: Mapping[float, Band]
    steering: Mapping[float, Band]


@dataclass(frozen=True)
class Reach:
    """The distances at which the ends of each series' intervals lie.

    Attributes:
        distances: for each coverage below and above: series, in raw distances; 0 is what is shown.
        missable: for each coverage below and above: series, the share of values that the end may miss.
    """

    distances: Mapping[float, Band]
    missable: Mapping[float, Band]


def uncalibrated(series: int, slots: int) -> Calibration:
    """Make a calibration that has seen nothing: the raw quantiles are taken at their word."""
    nothing = np.full((series, 0, slots), np.nan)
    return Calibration(
        dict.fromkeys(COVERAGES, (nothing, nothing)), dict.fromkeys(COVERAGES, (np.zeros(series), np.zeros(series)))
    )


def plain_reach(series: int) -> Reach:
    """Make the reach of an uncalibrated interval: up to the raw quantiles."""
    whole = np.ones(series)
    return Reach(
        dict.fromkeys(COVERAGES, (whole, whole)),
        {cover: (whole * (1 - cover) / 2,) * 2 for cover in COVERAGES},
    )


def reach(calibration: Calibration) -> Reach:
    """Compute how far out the ends must lie to hold what they promise, by the last weeks."""
    distances: dict[float, Band] = {}
    missable: dict[float, Band] = {}
    for cover, sides in calibration.beyond.items():
        missable[cover] = _missable(sides, cover)
        low, high = (
            _distance(side, np.clip(share + steering, NARROWEST_MISS * share, WIDEST_MISS * share))
            for side, share, steering in zip(sides, missable[cover], calibration.steering[cover], strict=True)
        )
        distances[cover] = low, high
    return Reach(distances, missable)


def steered(before: Reach, missed: Mapping[float, Band], days: Floats) -> Reach:
    """Return the reach some days later: further out where more was missed than allotted.

    Quantile tracking, as in Angelopoulos, Candès and Tibshirani (2023), Conformal PID Control for Time Series
    Prediction: it needs of the days between only how often they missed.

    Args:
        before: as it was.
        missed: by coverage, below and above, each series' daily miss rates, added up.
        days: of each series, so many they are of.
    """
    distances: dict[float, Band] = {}
    for cover, sides in before.distances.items():
        low, high = (
            np.maximum(side + TRACKING_STEP * (rates - days * share), 0.0)
            for side, rates, share in zip(sides, missed[cover], before.missable[cover], strict=True)
        )
        distances[cover] = low, high
    return Reach(distances, before.missable)


def bands(far: Reach, shown: Band, quantiles: Mapping[float, Floats], floor: float = -np.inf) -> dict[float, Band]:
    """Make nested intervals by coverage that all hold what is shown: two ends, series × slots.

    Args:
        far: how far out the ends lie.
        shown: the least and the greatest of the forecasts that are shown.
        quantiles: raw, by level. Where the widest are the same, as at night for panels, they are taken at their word.
        floor: nothing is below.
    """
    inner, is_certain = shown, _is_certain(quantiles)
    by_cover: dict[float, Band] = {}
    for cover in sorted(COVERAGES):
        below, above = (
            np.where(is_certain, 0.0, side[:, None] * unit)
            for side, unit in zip(far.distances[cover], _units(shown, quantiles, cover), strict=True)
        )
        inner = (
            np.fmin(np.maximum(shown[0] - below, floor), inner[0]),
            np.fmax(shown[1] + above, inner[1]),
        )
        by_cover[cover] = inner
    return by_cover


def learned(
    calibration: Calibration,
    shown: Band,
    quantiles: Mapping[float, Floats],
    issued: Mapping[float, Band],
    actual: Floats,
) -> Calibration:
    """Return the calibration after a day is known.

    Args:
        calibration: the one the day's intervals were made with.
        shown: the least and the greatest of the day's forecasts.
        quantiles: the day's raw quantiles.
        issued: the day's calibrated intervals.
        actual: what came, series × slots; NaN where that is not known.
    """
    beyond: dict[float, Band] = {}
    steering: dict[float, Band] = {}
    actual = np.where(_is_certain(quantiles), np.nan, actual)
    is_known = ~np.isnan(actual)
    for cover in COVERAGES:
        below, above = _units(shown, quantiles, cover)
        under, over = calibration.beyond[cover]
        beyond[cover] = _with(under, (shown[0] - actual) / below), _with(over, (actual - shown[1]) / above)
        missed = actual < issued[cover][0], actual > issued[cover][1]
        low, high = (
            _steered(now, is_missed, is_known, share)
            for now, is_missed, share in zip(
                calibration.steering[cover], missed, _missable(calibration.beyond[cover], cover), strict=True
            )
        )
        steering[cover] = low, high
    return Calibration(beyond, steering)


def _is_certain(quantiles: Mapping[float, Floats]) -> Booleans:
    low, high = COVERAGES[max(COVERAGES)]
    return np.asarray(quantiles[low] == quantiles[high])


def _units(shown: Band, quantiles: Mapping[float, Floats], cover: float) -> Band:
    """Measure the distance of raw quantiles from what is shown, never zero: series × slots."""
    low, high = (quantiles[level] for level in COVERAGES[cover])
    width = np.abs(high - low)
    least = LEAST_SIDE * np.maximum(width, LEAST_WIDTH * past.mean(width, 1)[:, None]) + 1e-6
    return np.maximum(shown[0] - low, least), np.maximum(high - shown[1], least)


def _missable(beyond: Band, cover: float) -> Band:
    """Return the share that each end may miss; series of few days take that of all together."""
    below, above = beyond
    if below.shape[1] < ENOUGH_DAYS:
        half = np.full(len(below), (1 - cover) / 2)
        return half, half
    own = allotted(below, above, cover)
    together = allotted(below.reshape(1, -1, 1), above.reshape(1, -1, 1), cover)
    is_enough = _is_enough(below)
    low, high = (np.where(is_enough, mine, all_of_them) for mine, all_of_them in zip(own, together, strict=True))
    return low, high


def _is_enough(beyond: Floats) -> Booleans:
    return np.asarray((~np.isnan(beyond)).sum((1, 2)) >= ENOUGH_DAYS * beyond.shape[2])


def _distance(beyond: Floats, misses: Floats) -> Floats:
    """Return how many raw distances each end lies out; series of few days follow all together."""
    flat, is_enough = beyond.reshape(len(beyond), -1), _is_enough(beyond)
    if not is_enough.any():
        return np.ones(len(beyond))
    together = reached(flat[is_enough].reshape(1, -1), misses.mean(keepdims=True))
    return np.maximum(np.where(is_enough, reached(flat, misses), together), 0.0)


def _with(known: Floats, day: Floats) -> Floats:
    """Add a day to the last weeks, of which 56 days are kept."""
    return np.concatenate([known, day[:, None]], axis=1)[:, -WINDOW_DAYS:]


def _steered(steering: Floats, missed: Booleans, is_known: Booleans, share: Floats) -> Floats:
    """Return the next addition to the miss rate: less where the day missed more than its share."""
    count = is_known.sum(1)
    rate = np.divide((missed & is_known).sum(1), count, out=share.copy(), where=count > 0)
    furthest = (NARROWEST_MISS - 1) * share, (WIDEST_MISS - 1) * share
    return np.clip(steering + STEP * (share - rate), *furthest)
