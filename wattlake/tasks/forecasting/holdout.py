"""The judgement of a model on days that it did not see, which also calibrates its intervals."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from wattlake.tasks.forecasting import conformal
from wattlake.tasks.forecasting.backtest import Outcome, outcome
from wattlake.tasks.forecasting.days import Floats, evenly
from wattlake.tasks.forecasting.forecaster import Forecaster, IssuedDays, Known
from wattlake.tasks.forecasting.misses import COVERAGES, LEVELS, Band, outer_errors
from wattlake.tasks.forecasting.past import mean, quantiles
from wattlake.tasks.forecasting.scores import naive_error
from wattlake.tasks.forecasting.targets import issue_days

MOST_DAYS, LEAST_DAYS = 28, 14
WARM_UP_DAYS = conformal.ENOUGH_DAYS
MOST_COMPARED = 1000
"""Two models are compared on so many series at most, evenly drawn."""

Ends = tuple[tuple[float, ...], tuple[float, ...]]
Slots = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Calibrated:
    """The numbers that go with a model to make its intervals honest.

    Attributes:
        series: the names of the series it was calibrated on.
        distances: by coverage, how many raw distances each series' lower and upper end lies out.
        missable: by coverage, the share of values that each series' lower and upper end may miss.
        errors: by level, each slot's error that was not exceeded so often; of a forecaster without quantiles.
        groups: the names of the sums.
        sum_errors: by level, how far out each sum's end of the slot lies, in units of its mean of the day.
    """

    series: tuple[str, ...]
    distances: Mapping[float, Ends]
    missable: Mapping[float, Ends]
    errors: Mapping[float, Slots]
    groups: tuple[str, ...]
    sum_errors: Mapping[float, Slots]


@dataclass(frozen=True)
class HeldOut:
    """The result of the days that were held out.

    Attributes:
        outcome: forecasts, what came, and measures.
        calibrated: what goes with the model.
    """

    outcome: Outcome
    calibrated: Calibrated

    def metrics(self, main: str) -> dict[str, float]:
        """Return the measures of the main forecaster, and the coverage of its intervals in percent."""
        errors = self.outcome.errors().row(by_predicate=pl.col("forecaster") == main, named=True)
        held = {
            f"coverage_{row['promised_pct']:.0f}_pct": row["coverage_pct"]
            for row in self.outcome.intervals().iter_rows(named=True)
        }
        return {name: value for name, value in errors.items() if name != "forecaster"} | held

    def daily_coverage_pct(self) -> Floats:
        """Return the % of each day within the 95 % intervals, where they promise something."""
        low, high = (self.outcome.quantiles[level] for level in COVERAGES[0.95])
        actual = self.outcome.days.values
        is_inside = np.where(np.isnan(actual) | (low >= high), np.nan, (actual >= low) & (actual <= high))
        daily = 100 * mean(is_inside, (0, 2))
        return daily[~np.isnan(daily)]


def held_out_days(known_days: int, least_days: int) -> int:
    """Count the last days to hold out: 28, of a short history a third or less, or none."""
    days = min(MOST_DAYS, max(known_days // 3, LEAST_DAYS), known_days - least_days)
    return days if days >= LEAST_DAYS else 0


def judge(forecaster: Forecaster, model: Any, known: Known, numbers: range) -> HeldOut:  # noqa: ANN401
    """Issue days that the model did not see, and calibrate its intervals on them.

    Args:
        forecaster: of the target.
        model: trained on days before them.
        known: the history, with what came on these days.
        numbers: the days; the first week is there to calibrate with.
    """
    issued = issue_days(forecaster, model, known, numbers)
    first, last = numbers[0] + WARM_UP_DAYS, numbers[-1]
    result = outcome(known.days, first, last, issued, forecaster.shown, forecaster.floor)
    actual = known.days.values[:, numbers[0] : last + 1]
    reach = conformal.reach(result.calibration)
    errors = {} if issued.quantiles else _levels(actual - issued.expected[forecaster.main])
    sums = _sum_errors(forecaster, issued, known, actual)
    return HeldOut(
        result,
        Calibrated(known.days.series, _ends(reach.distances), _ends(reach.missable), errors, tuple(known.groups), sums),
    )


def compared(known: Known) -> list[int]:
    """List the series that two models are compared on: all, or 1,000 evenly drawn."""
    return evenly(len(known.days.series), MOST_COMPARED)


def relative_errors(expected: Floats, known: Known, numbers: range) -> Floats:
    """Divide each day's mean absolute error by the 24-hour naive one of days before the first."""
    actual = known.days.values[:, numbers[0] : numbers[-1] + 1]
    naive = float(np.nanmean(naive_error(known.days.values, numbers[0])))
    return mean(np.abs(expected - actual), (0, 2)) / naive


def _sum_errors(forecaster: Forecaster, issued: IssuedDays, known: Known, actual: Floats) -> dict[float, Slots]:
    """Return each sum's outer errors by level over members read, in units of its day's mean."""
    expected = issued.expected.get("load_mean", issued.expected[forecaster.main])
    weights = np.ones(len(actual)) if known.weights is None else known.weights
    weighted, is_read = expected * weights[:, None, None], ~np.isnan(actual)
    rows = []
    for whole, group in zip(issued.sums, known.groups.values(), strict=True):
        members = list(group)
        all_of_them = weighted[members].sum(0)
        read = np.where(is_read[members], weighted[members], 0.0).sum(0)
        share = np.divide(read, all_of_them, out=np.zeros_like(read), where=all_of_them > 0)
        came = np.nansum(actual[members] * weights[members, None, None], axis=0)
        unit = np.maximum(mean(whole, 1)[:, None], 1e-9)
        rows.append(np.where(share > 0.5, (came - whole * share) / (unit * np.maximum(share, 1e-9)), np.nan))
    if not rows:
        return {}
    by_level: dict[float, Floats] = {}
    for cover, (low, high) in COVERAGES.items():
        below, by_level[high] = outer_errors(np.stack(rows), cover)
        by_level[low] = -below
    return {level: _tuples(part) for level, part in by_level.items()}


def _levels(errors: Floats) -> dict[float, Slots]:
    parts = quantiles(errors, np.ones((1, 1, 1)), LEVELS)
    return {level: _tuples(np.nan_to_num(part)) for level, part in zip(LEVELS, parts, strict=True)}


def _tuples(rows: Floats) -> Slots:
    return tuple(tuple(row) for row in rows.tolist())


def _ends(sides: Mapping[float, Band]) -> dict[float, Ends]:
    return {cover: (tuple(low.tolist()), tuple(high.tolist())) for cover, (low, high) in sides.items()}
