"""Issue by a model, or by the ladder of baselines where the model breaks; band the issue."""

import logging
from collections.abc import Mapping
from typing import NamedTuple

from wattlake.tasks.forecasting import conformal
from wattlake.tasks.forecasting.boosted import BROKEN
from wattlake.tasks.forecasting.forecaster import Expected, Forecaster, Issue
from wattlake.tasks.forecasting.misses import Band
from wattlake.tasks.forecasts.inputs import Situation
from wattlake.tasks.forecasts.serving import Serving

logger = logging.getLogger("wattlake.forecast")


class IssuedBy(NamedTuple):
    """An issue, and the model that made it."""

    issue: Issue
    model: Serving


def issued_by(forecaster: Forecaster, model: Serving, now: Situation) -> IssuedBy:
    """Issue by the model, or where it breaks by the ladder."""
    try:
        return IssuedBy(forecaster.issue(model.model, now.known, now.number, None), model)
    except BROKEN as error:
        if model.model is None:
            raise
        logger.warning("the model of %s broke, the ladder has to do: %s", forecaster.target, error)
        return IssuedBy(forecaster.issue(None, now.known, now.number, None), Serving())


def bands(forecaster: Forecaster, expected: Expected, reach: conformal.Reach) -> Mapping[float, Band]:
    """Calibrate the intervals around what is shown, by coverage."""
    return conformal.bands(reach, expected.shown(forecaster.shown), expected.quantiles, forecaster.floor)
