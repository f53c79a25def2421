"""Models as rows of ``ops.model``: their history, their settings, and how good they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import numpy as np

from wattlake.tasks.forecasting import load, load_rows, price, solar, solar_weather
from wattlake.tasks.forecasting.boosted import boosted_in
from wattlake.tasks.forecasting.days import Days
from wattlake.tasks.forecasting.forecaster import Forecaster, Known
from wattlake.tasks.forecasting.holdout import HeldOut
from wattlake.tasks.forecasts.serving import TUNED
from wattlake.tasks.forecasts.tune import Tuned

PARAMETERS: Mapping[str, Any] = {
    load.NAME: {"trees": load.TREES, "most_rows": load_rows.MOST_ROWS, "ridge_penalty": load.RIDGE_PENALTY},
    solar.NAME: {"trees": solar.TREES, "weights": list(solar.WEIGHTS)},
    solar_weather.NAME: {"trees": solar_weather.QUANTILE},
    price.NAME: {"trees": price.TREES, "windows_days": list(price.WINDOWS_DAYS), "penalty": price.PENALTY},
}


@dataclass(frozen=True)
class Order:
    """An order to train; instants are UTC without an offset.

    Attributes:
        now_utc: the present.
        known_until_utc: nothing known later is read.
        issue_hour: the hour of day at which forecasts will be issued.
        run_id: the run.
        tune_minutes: for so long other settings are tried.
    """

    now_utc: datetime
    known_until_utc: datetime
    issue_hour: int
    run_id: str
    tune_minutes: float

    @property
    def newest_issue(self) -> datetime:
        """The newest issue at this hour of the day of which all is known."""
        until = self.known_until_utc
        return until - (until - datetime.combine(until.date(), time(self.issue_hour))) % timedelta(days=1)


def history_row(days: Days, until: int, order: Order) -> dict[str, Any]:
    """Describe the days a model was trained on, as columns of ``ops.model``."""
    return {
        "run_id": order.run_id,
        "trained_at_utc": order.now_utc,
        "known_until_utc": order.known_until_utc,
        "trained_from_utc": _begin(days, 0),
        "trained_to_utc": _begin(days, until),
        "issue_hour": order.issue_hour,
        "late_slots": days.late_slots,
        "series": len(days.series),
    }


def model_row(forecaster: Forecaster, name: str, model: Any, tuned: Tuned) -> dict[str, Any]:  # noqa: ANN401
    """Describe a model of a forecaster and its settings, as columns of ``ops.model``."""
    return {
        "target": forecaster.target,
        "forecaster": name,
        "parameters": {**PARAMETERS[name], TUNED: tuned.trees, "trials": tuned.trials},
        "features": list(boosted_in(model)[0].features),
    }


def metrics(judged: HeldOut, forecaster: Forecaster, known: Known) -> dict[str, float]:
    """Measure a model on the days held out."""
    return judged.metrics(forecaster.main) | _daily_wape(judged, forecaster, known)


def _daily_wape(held: HeldOut, forecaster: Forecaster, known: Known) -> dict[str, float]:
    """Average the days' errors over what came, and their spread, to hold later ones against."""
    actual, expected = held.outcome.days.values, held.outcome.expected[forecaster.main]
    weights = np.ones(len(actual)) if known.weights is None else known.weights
    error = np.nansum(np.abs(expected - actual) * weights[:, None, None], axis=(0, 2))
    came = np.nansum(np.abs(np.where(np.isnan(expected), np.nan, actual)) * weights[:, None, None], axis=(0, 2))
    daily = np.divide(error, came, out=np.full_like(error, np.nan), where=came > 0)
    return {"daily_wape_mean": float(np.nanmean(daily)), "daily_wape_sd": float(np.nanstd(daily))}


def _begin(days: Days, number: int) -> datetime:
    """Find when a day begins, UTC without an offset."""
    return next(start for starts in days.starts_utc(number) for start in starts)
