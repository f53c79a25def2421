"""Settings of the trees, tried on weeks of the past.

Each trial trains on what lies before a fold and forecasts the fold, for folds that follow one another in time (Tashman
2000, Out-of-sample tests of forecasting accuracy). What is tried beside the forecaster's own settings is drawn at
random from a grid around them (Bergstra and Bengio 2012, Random search for hyper-parameter optimization). How many are
tried is up to the caller, who looks at the clock between two.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.model_selection import ParameterGrid, ParameterSampler

from wattlake.tasks.forecasting.boosted import Trees
from wattlake.tasks.forecasting.days import evenly
from wattlake.tasks.forecasting.forecaster import Forecaster, Known, only
from wattlake.tasks.forecasting.holdout import relative_errors
from wattlake.tasks.forecasting.targets import issue_days

FOLDS, FOLD_DAYS = 3, 14
MOST_ROWS = 400_000
"""Slots of history that a trial trains on at most: of evenly drawn series, where there are more."""
SEED = 20_130_901

FACTORS: Mapping[str, tuple[float, ...]] = {
    "num_leaves": (0.5, 1, 2),
    "min_data_in_leaf": (0.25, 0.5, 1, 2),
    "feature_fraction": (0.6, 1, 1.5),
    "lambda_l2": (0.2, 1, 5),
}
"""Factors that the forecaster's own settings are multiplied by."""


@dataclass(frozen=True)
class Trial:
    """Settings that differ from the forecaster's own, and the error that they came to.

    Attributes:
        trees: the settings; none where they are the forecaster's own.
        error: the mean absolute error over that of the 24-hour naive forecast, over all folds.
    """

    trees: Trees
    error: float


def trials(forecaster: Forecaster, known: Known, until: int, serving: Trees) -> Iterator[Trial]:
    """Try settings on the last weeks before a day, one after the other.

    The forecaster's own come first, then those that serve, then others.

    Args:
        forecaster: of the target.
        known: the history.
        until: the day; it and what follows is not looked at.
        serving: the settings of the model that serves.

    Yields:
        What each came to; nothing where there is too little history for a fold.
    """
    folds = folds_before(until, forecaster.least_days)
    if not folds:
        return
    count = max(MOST_ROWS // (until * known.days.slots), 1)
    some = only(known, evenly(len(known.days.series), count))
    drawn = ParameterSampler(FACTORS, n_iter=len(ParameterGrid(FACTORS)), random_state=SEED)
    settings = [{}, serving, *(_scaled(forecaster.trees, factors) for factors in drawn)]
    for position, trees in enumerate(settings):
        if trees not in settings[:position]:
            yield Trial(trees, float(np.mean([_error(forecaster, some, fold, trees) for fold in folds])))


def folds_before(until: int, least_days: int) -> list[range]:
    """List up to three fortnights before a day, earliest first, that leave enough to train on."""
    firsts = [until - FOLD_DAYS * back for back in range(FOLDS, 0, -1)]
    return [range(first, first + FOLD_DAYS) for first in firsts if first >= least_days]


def _error(forecaster: Forecaster, known: Known, fold: range, trees: Trees) -> float:
    _, model = forecaster.train(known, fold[0], trees)
    expected = issue_days(forecaster, model, known, fold).expected[forecaster.main]
    return float(np.nanmean(relative_errors(expected, known, fold)))


def _scaled(own: Trees, factors: Mapping[str, float]) -> dict[str, Any]:
    """Multiply settings by factors; whole numbers stay whole, the share of features at most 1."""
    scaled = {name: type(own[name])(round(own[name] * factor, 4)) for name, factor in factors.items() if factor != 1}
    if "feature_fraction" in scaled:
        scaled["feature_fraction"] = min(scaled["feature_fraction"], 1.0)
    return scaled
