"""Backtests: forecasts as they would have been issued day by day, and how good they were.

The model is trained anew at each month's beginning, the intervals are calibrated before each day. The first 28 days are
rolled to calibrate with, and are not scored. Each day is forecast from the days before it only.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np
import polars as pl

from wattlake.tasks.forecasting import conformal, scores
from wattlake.tasks.forecasting.days import Days, Floats
from wattlake.tasks.forecasting.forecaster import Expected, stacked
from wattlake.tasks.forecasting.misses import COVERAGES, LEVELS, Band, around

WARM_UP_DAYS = 28
ERROR_DAYS = 56
NAIVE = ("naive_24h", "naive_168h", "smart_persistence")
"""The baselines that skill is measured against, where a target has them."""

MIDDLE = 0.5

Model = TypeVar("Model")


@dataclass(frozen=True)
class Outcome:
    """The forecasts of the scored days, and what came.

    Attributes:
        days: the history's days that were scored: what came.
        expected: by forecaster, series × days × slots.
        quantiles: the calibrated quantiles by level, and the forecast that they are around at 0.5.
        naive_error: of each series, the 24-hour naive forecast's on the days before the first scored.
        calibration: of the intervals, after the last day.
        served: which forecaster served from which day on, and why; empty where but one was trained.
    """

    days: Days
    expected: Mapping[str, Floats]
    quantiles: Mapping[float, Floats]
    naive_error: Floats
    calibration: conformal.Calibration
    served: pl.DataFrame = field(default_factory=pl.DataFrame)

    def errors(self) -> pl.DataFrame:
        """List each forecaster's measures of ``scores.errors`` and its skill over naive ones in %."""
        actual, naive = self.days.values, [name for name in NAIVE if name in self.expected]
        return pl.DataFrame(
            {"forecaster": name, **scores.errors(actual, expected, self.naive_error)}
            | {f"skill_{base}_pct": scores.skill_pct(actual, expected, self.expected[base]) for base in naive}
            for name, expected in self.expected.items()
        )

    def intervals(self) -> pl.DataFrame:
        """List what each promised coverage held, in how many series, its width, pinball and CRPS."""
        actual, whole = self.days.values, scores.crps(self.days.values, self.quantiles)
        rows = []
        for cover, (low, high) in COVERAGES.items():
            ends = self.quantiles[low], self.quantiles[high]
            losses = scores.pinball(actual, ends[0], low), scores.pinball(actual, ends[1], high)
            rows.append(
                {"promised_pct": 100 * cover, **scores.intervals(actual, *ends, cover)}
                | {"pinball_low": losses[0], "pinball_high": losses[1], "crps": whole}
            )
        return pl.DataFrame(rows)


def roll(
    days: Days,
    first: int,
    last: int,
    train: Callable[[Days, int], Model],
    issue: Callable[[Model, int], Expected],
) -> Expected:
    """Issue each day from 28 days before the first to the last.

    Args:
        days: the history.
        first: the first day that is to be scored.
        last: the last.
        train: makes a model from the days before a day; called at the start and on each first of a month.
        issue: forecasts a day with it.

    Raises:
        ValueError: the history does not reach to the last day, or not 28 days before the first.
    """
    if first < WARM_UP_DAYS or last >= days.values.shape[1] or last < first:
        raise ValueError(
            f"The history is of {days.day(0)} to {days.day(days.values.shape[1] - 1)}; asked for is "
            f"{days.day(first)} to {days.day(last)}. Give days in order, {WARM_UP_DAYS} or more after its beginning."
        )
    issued: list[Expected] = []
    begin = first - WARM_UP_DAYS
    model = train(days.until(begin), begin)
    for number in range(begin, last + 1):
        if number > begin and days.day(number).day == 1:
            model = train(days.until(number), number)
        issued.append(issue(model, number))
    return stacked(issued)


def outcome(
    days: Days, first: int, last: int, rolled: Expected, shown: Sequence[str], floor: float = -np.inf
) -> Outcome:
    """Calibrate the rolled forecasts and keep the scored days.

    Args:
        days: what came.
        first: the first day that is scored.
        last: the last.
        rolled: days in a row up to the last; those before the first that is scored are there to calibrate with.
        shown: the forecasters whose intervals these are, the main one first; where no raw quantiles were rolled, they
            are made from its own errors of the weeks before.
        floor: nothing can come below.
    """
    middle = rolled.expected[shown[0]]
    begin = last + 1 - middle.shape[1]
    warm_up, actual = first - begin, days.values[:, begin : last + 1]
    raw = rolled.quantiles or _from_errors(actual, middle, scores.naive_error(days.values, begin))
    quantiles, calibration = _calibrated(actual, {**raw, MIDDLE: middle}, rolled.shown(shown), floor)
    return Outcome(
        replace(days, first_day=days.day(first), values=actual[:, warm_up:]),
        {name: part[:, warm_up:] for name, part in rolled.expected.items()},
        {level: part[:, warm_up:] for level, part in quantiles.items()},
        scores.naive_error(days.values, first),
        calibration,
    )


def _calibrated(
    actual: Floats, raw: Mapping[float, Floats], shown: Band, floor: float
) -> tuple[dict[float, Floats], conformal.Calibration]:
    """Calibrate each day's quantiles by the days before it; return the last calibration, too."""
    calibration = conformal.uncalibrated(actual.shape[0], actual.shape[2])
    by_level: dict[float, list[Floats]] = {level: [] for level in raw}
    for number in range(actual.shape[1]):
        today = {level: part[:, number] for level, part in raw.items()}
        centre = shown[0][:, number], shown[1][:, number]
        issued = conformal.bands(conformal.reach(calibration), centre, today, floor)
        by_level[MIDDLE].append(today[MIDDLE])
        for cover, levels in COVERAGES.items():
            for level, end in zip(levels, issued[cover], strict=True):
                by_level[level].append(end)
        calibration = conformal.learned(calibration, centre, today, issued, actual[:, number])
    return {level: np.stack(parts, axis=1) for level, parts in by_level.items()}, calibration


def _from_errors(actual: Floats, expected: Floats, first_error: Floats) -> dict[float, Floats]:
    """Make each day's raw quantiles from past errors, in the first week from the naive error."""
    by_level: dict[float, list[Floats]] = {level: [] for level in LEVELS}
    for number in range(actual.shape[1]):
        errors = (actual - expected)[:, max(number - ERROR_DAYS, 0) : number]
        if number < conformal.ENOUGH_DAYS:
            spans = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])[None, :, None] * first_error[:, None, None]
            errors = np.broadcast_to(spans, (*spans.shape[:2], actual.shape[2]))
        today = around(expected[:, number], errors)
        for level, parts in by_level.items():
            parts.append(today[level])
    return {level: np.stack(parts, axis=1) for level, parts in by_level.items()}
