"""Try other settings of a forecaster's trees for a while, and keep the best."""

import logging
from time import monotonic
from typing import NamedTuple

from wattlake.tasks.forecasting.boosted import Trees
from wattlake.tasks.forecasting.forecaster import Forecaster, Known
from wattlake.tasks.forecasting.tuning import Trial, folds_before, trials

logger = logging.getLogger("wattlake.train")


class Tuned(NamedTuple):
    """Settings of the trees to train with, and how many others were tried."""

    trees: Trees
    trials: int


def tune(forecaster: Forecaster, known: Known, until: int, serving: Trees, *, minutes: float) -> Tuned:
    """Find the best settings in some minutes; without time those that serve are kept.

    Args:
        forecaster: of the target.
        known: the history.
        until: the day before which it is read.
        serving: the settings of the model that serves.
        minutes: for so long others are tried; the trial under way is ended.
    """
    tried: list[Trial] = []
    deadline = monotonic() + 60 * minutes
    if minutes > 0:
        if not folds_before(until, forecaster.least_days):
            logger.warning("%s: %d days of history are too few to try settings on", forecaster.target, until)
        for trial in trials(forecaster, known, until, serving):
            tried.append(trial)
            logger.info("%s with %s: error %.4f", forecaster.target, trial.trees or "its own settings", trial.error)
            if monotonic() >= deadline:
                break
    best = min(tried, key=lambda trial: trial.error, default=Trial(serving, 0.0))
    return Tuned(best.trees, len(tried))
