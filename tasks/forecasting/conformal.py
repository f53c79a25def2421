"""Intervals made honest: raw quantiles widened or narrowed until they have held what they promise, series by series.

Split conformalised quantile regression (Romano, Patterson and Candès, 2019) on the last weeks' own errors, each side
for itself and in units of the raw width, with the miss rate steered over time (Gibbs and Candès, 2021, Adaptive
Conformal Inference).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tasks.forecasting import past
from tasks.forecasting.days import Booleans, Floats

COVERAGES = {0.5: (0.25, 0.75), 0.8: (0.1, 0.9), 0.95: (0.025, 0.975)}
"""The levels of the raw quantiles each interval is made from."""
LEVELS = tuple(sorted(level for pair in COVERAGES.values() for level in pair))
WINDOW_DAYS = 56
ENOUGH_DAYS = 7
STEP = 0.03
TRACKING_STEP = 0.3
"""By how many raw widths an end moves for each day that missed it in all slots."""
LEAST_WIDTH = 0.05
"""No raw interval is taken for narrower than this share of the day's mean: it is the unit of what lies beyond."""
WIDEST_MISS, NARROWEST_MISS = 3.0, 0.1
"""How far the steered miss rate may leave the promised one, as factors of it."""

Band = tuple[Floats, Floats]


@dataclass(frozen=True)
class Calibration:
    """What is remembered of the last weeks: how far outside of the raw interval each value was, and the miss rates.

    Attributes:
        beyond: for each coverage below and above: series × days × slots, in raw widths; negative inside.
        misses: for each coverage below and above: series, the miss rate that is aimed at now.
    """

    beyond: Mapping[float, Band]
    misses: Mapping[float, Band]


def uncalibrated(series: int, slots: int) -> Calibration:
    """A calibration that has seen nothing: the raw quantiles are taken at their word."""
    nothing = np.full((series, 0, slots), np.nan)
    return Calibration(
        dict.fromkeys(COVERAGES, (nothing, nothing)),
        {cover: (np.full(series, (1 - cover) / 2),) * 2 for cover in COVERAGES},
    )


def bands(calibration: Calibration, quantiles: Mapping[float, Floats], floor: float = -np.inf) -> dict[float, Band]:
    """The calibrated intervals of a day: ``moved`` as the calibration says."""
    return moved(moves(calibration), quantiles, floor)


def moves(calibration: Calibration) -> dict[float, Band]:
    """By how many raw widths each series' ends are moved outwards, by coverage below and above."""
    found: dict[float, Band] = {}
    for cover in COVERAGES:
        below, above = zip(calibration.beyond[cover], calibration.misses[cover], strict=True)
        found[cover] = _move(*below), _move(*above)
    return found


def steered(moves: Mapping[float, Band], excess: Mapping[float, Band]) -> dict[float, Band]:
    """The moves some days later, further out where more was missed than promised.

    Quantile tracking, as in Angelopoulos, Candès and Tibshirani (2023), Conformal PID Control for Time Series
    Prediction: it needs of the days between only how often they missed.

    Args:
        moves: as they were.
        excess: by coverage, below and above, each series' daily miss rates less the promised one, added up.
    """
    return {
        cover: (below + TRACKING_STEP * excess[cover][0], above + TRACKING_STEP * excess[cover][1])
        for cover, (below, above) in moves.items()
    }


def moved(moves: Mapping[float, Band], quantiles: Mapping[float, Floats], floor: float = -np.inf) -> dict[float, Band]:
    """Intervals by coverage: lower and upper ends, series × slots; wider ones hold narrower ones.

    Args:
        moves: by how many raw widths each series' ends are moved outwards.
        quantiles: raw, by level: 0.5, which every interval holds, and those of ``COVERAGES``. Where the widest are the
            same, as at night for panels, they are taken at their word.
        floor: nothing is below.
    """
    inner, is_certain = (quantiles[0.5], quantiles[0.5]), _is_certain(quantiles)
    found: dict[float, Band] = {}
    for cover in sorted(COVERAGES):
        low, high = _raw(quantiles, cover)
        below, above = (np.where(is_certain, 0.0, move[:, None] * (high - low)) for move in moves[cover])
        inner = (
            np.fmin(np.maximum(np.where(is_certain, inner[0], low - below), floor), inner[0]),
            np.fmax(np.where(is_certain, inner[1], high + above), inner[1]),
        )
        found[cover] = inner
    return found


def learned(
    calibration: Calibration, quantiles: Mapping[float, Floats], issued: Mapping[float, Band], actual: Floats
) -> Calibration:
    """The calibration after a day is known.

    Args:
        calibration: the one the day's intervals were made with.
        quantiles: the day's raw quantiles.
        issued: the day's calibrated intervals.
        actual: what came, series × slots; NaN where that is not known.
    """
    beyond: dict[float, Band] = {}
    misses: dict[float, Band] = {}
    actual = np.where(_is_certain(quantiles), np.nan, actual)
    is_known = ~np.isnan(actual)
    for cover in COVERAGES:
        low, high = _raw(quantiles, cover)
        under, over = calibration.beyond[cover]
        beyond[cover] = _with(under, (low - actual) / (high - low)), _with(over, (actual - high) / (high - low))
        below, above = calibration.misses[cover]
        misses[cover] = (
            _steered(below, actual < issued[cover][0], is_known, (1 - cover) / 2),
            _steered(above, actual > issued[cover][1], is_known, (1 - cover) / 2),
        )
    return Calibration(beyond, misses)


def around(expected: Floats, errors: Floats) -> dict[float, Floats]:
    """Raw quantiles for a forecaster that gives none: its past errors of the slot, around what it expects.

    Args:
        expected: series × slots.
        errors: actual minus expected of past days, series × days × slots.
    """
    levels = [level for pair in COVERAGES.values() for level in pair]
    found = past.quantiles(errors, np.ones((1, 1, 1)), levels)
    return {0.5: expected} | {level: expected + error for level, error in zip(levels, found, strict=True)}


def _is_certain(quantiles: Mapping[float, Floats]) -> Booleans:
    low, high = COVERAGES[max(COVERAGES)]
    return np.asarray(quantiles[low] == quantiles[high])


def _raw(quantiles: Mapping[float, Floats], cover: float) -> Band:
    """Lower and upper raw quantile, never crossed and never the same."""
    low, high = (quantiles[level] for level in COVERAGES[cover])
    middle = (low + high) / 2
    least = LEAST_WIDTH * past.mean(np.abs(high - low), 1)[:, None] + 1e-6
    half = np.maximum(np.abs(high - low), least) / 2
    return middle - half, middle + half


def _move(beyond: Floats, misses: Floats) -> Floats:
    """By how many raw widths each series' end is moved outwards; those with few days follow all together."""
    if beyond.shape[1] < ENOUGH_DAYS:
        return np.zeros(len(beyond))
    flat = beyond.reshape(len(beyond), -1)
    is_enough = (~np.isnan(flat)).sum(1) >= ENOUGH_DAYS * beyond.shape[2]
    together = _reached(flat[is_enough].reshape(1, -1), misses.mean(keepdims=True))
    return np.where(is_enough, _reached(flat, misses), together)


def _reached(beyond: Floats, misses: Floats) -> Floats:
    """The value that all but the missed share of a row stay below, of n known ones the ⌈(n + 1)(1 − miss)⌉th."""
    ordered, count = np.sort(beyond, axis=1), (~np.isnan(beyond)).sum(1)  # NaN is sorted to the end
    place = np.clip(np.ceil((count + 1) * (1 - misses)).astype(np.int64), 1, np.maximum(count, 1)) - 1
    found = np.take_along_axis(np.pad(ordered, ((0, 0), (0, 1))), place[:, None], 1)[:, 0]
    return np.nan_to_num(found)


def _with(known: Floats, day: Floats) -> Floats:
    """The last weeks with one day more."""
    return np.concatenate([known, day[:, None]], axis=1)[:, -WINDOW_DAYS:]


def _steered(aimed: Floats, missed: Booleans, is_known: Booleans, promised: float) -> Floats:
    """The miss rate aimed at next: less where the day missed more than promised."""
    count = is_known.sum(1)
    rate = np.divide((missed & is_known).sum(1), count, out=np.full(len(aimed), promised), where=count > 0)
    return np.clip(aimed + STEP * (promised - rate), NARROWEST_MISS * promised, WIDEST_MISS * promised)
