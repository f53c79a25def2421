"""Train the forecasters: on the past but for its last weeks, judge on those, register, and promote what is better."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from time import monotonic
from typing import Any

import numpy as np
from prefect import task

from wattlake.lake import model_registry
from wattlake.lake.settings import Settings
from wattlake.lake.store.connection import Connection
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.tasks.forecasting import load, price, solar, solar_weather
from wattlake.tasks.forecasting.boosted import Trees, boosted_in
from wattlake.tasks.forecasting.challenge import against
from wattlake.tasks.forecasting.days import Days
from wattlake.tasks.forecasting.forecaster import Forecaster, Known
from wattlake.tasks.forecasting.holdout import HeldOut, held_out_days, judge
from wattlake.tasks.forecasting.targets import FORECASTERS
from wattlake.tasks.forecasting.tuning import Trial, folds_before, trials
from wattlake.tasks.forecasts.inputs import Situation, late_slots, situation, time_of_issue
from wattlake.tasks.forecasts.serving import TUNED, packed, serving
from wattlake.tasks.progress import show_progress

logger = logging.getLogger("wattlake.train")

HISTORY_DAYS = 400
PARAMETERS: Mapping[str, Any] = {
    load.NAME: {"trees": load.TREES, "most_rows": load.MOST_ROWS, "ridge_penalty": load.RIDGE_PENALTY},
    solar.NAME: {"trees": solar.TREES, "weights": list(solar.WEIGHTS)},
    solar_weather.NAME: {"trees": solar_weather.QUANTILE},
    price.NAME: {"trees": price.TREES, "windows_days": list(price.WINDOWS_DAYS), "penalty": price.PENALTY},
}


@dataclass(frozen=True)
class Trained:
    """What came of training one target.

    Attributes:
        target: consumption, production or price.
        forecaster: whose model it is; empty where there was too little to train.
        model_id: its number in the registry.
        status: promoted, rejected or skipped.
        why: a sentence.
        metrics: on the days held out.
        done: targets so far.
        total: of how many.
    """

    target: str
    forecaster: str
    model_id: int
    status: str
    why: str
    metrics: Mapping[str, Any]
    done: int = 1
    total: int = 1


@dataclass(frozen=True)
class Order:
    """What is asked of a training; instants are UTC without an offset.

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


@task(name="train")
def train_models(
    now_utc: datetime, run_id: str, issue_hour: int | None = None, tune_minutes: float = 0
) -> list[Trained]:
    """Train every target's model and promote what is better than the one that serves; says what came of each."""
    trained = train(Lake(Settings()), now_utc, run_id, issue_hour, tune_minutes=tune_minutes)
    return list(show_progress(trained, "train"))


def train(
    lake: Lake,
    now_utc: datetime,
    run_id: str,
    issue_hour: int | None = None,
    targets: tuple[str, ...] = (),
    tune_minutes: float = 0,
) -> Iterator[Trained]:
    """Train models, one target after the other.

    Args:
        lake: the lake, built.
        now_utc: the present.
        run_id: the run.
        issue_hour: the hour of day at which forecasts will be issued; by default that of the present.
        targets: which ones; all by default.
        tune_minutes: for so long other settings are tried for each target; without, those of the model that serves are
            kept. The trial under way is ended.
    """
    known_until = time_of_issue(lake, now_utc)
    hour = known_until.hour if issue_hour is None else issue_hour
    order = Order(_naive(now_utc), _naive(known_until), hour, run_id, tune_minutes)
    wanted = targets or tuple(FORECASTERS)
    for done, target in enumerate(wanted, 1):
        found = _train_one(lake, FORECASTERS[target], order)
        logger.info("%s %s: %s", target, found.status, found.why)
        yield replace(found, done=done, total=len(wanted))


def _train_one(lake: Lake, forecaster: Forecaster, order: Order) -> Trained:
    """Train and judge one target's model, and register it; nothing of it where too little is known."""
    reader, storage = lake.reader(), Storage(lake.settings)
    now = _as_it_will_be(reader, lake.settings, forecaster, order)
    held_days = held_out_days(now.number, forecaster.least_days) if now else 0
    if now is None or not held_days:
        known_days = now.number if now else 0
        why = f"{known_days} days of history are known; it takes {forecaster.least_days + 14} to train and to judge"
        return Trained(forecaster.target, "", 0, "skipped", why, {})
    known, numbers = now.known, range(now.number - held_days, now.number)
    champion = serving(reader, storage, forecaster, order.known_until_utc)
    try:
        trees, tried = _tuned(forecaster, known, numbers[0], champion.trees, order.tune_minutes)
        name, model = forecaster.train(known, numbers[0], trees)
    except ValueError as error:
        return Trained(forecaster.target, "", 0, "skipped", str(error), {})
    held = judge(forecaster, model, known, numbers)
    champions = {} if champion.model is None else {f"model {champion.version}": champion.model}
    verdict = against(forecaster, champions, known, held, numbers)
    path, sha256 = model_registry.store(storage, forecaster.target, packed(model, held.calibrated))
    row = _row(known.days, numbers[0], order) | {
        "target": forecaster.target,
        "forecaster": name,
        "artifact_path": path,
        "sha256": sha256,
        "parameters": {**PARAMETERS[name], TUNED: trees, "trials": tried},
        "features": list(boosted_in(model)[0].features),
        "metrics": held.metrics(forecaster.main) | _daily_wape(held, forecaster, known),
        "status": "promoted" if verdict.is_promoted else "rejected",
        "why": verdict.why,
    }
    model_id = lake.write(lambda connection: model_registry.add(connection, row), lock="forecast")
    return Trained(forecaster.target, name, model_id, row["status"], verdict.why, row["metrics"])


def _row(days: Days, until: int, order: Order) -> dict[str, Any]:
    """What the registry keeps of the days a model was trained on."""
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


def _tuned(forecaster: Forecaster, known: Known, until: int, serving: Trees, minutes: float) -> tuple[Trees, int]:
    """The settings to train with, and how many were tried: the best of those, without time those that serve."""
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
    return best.trees, len(tried)


def _as_it_will_be(reader: Connection, settings: Settings, forecaster: Forecaster, order: Order) -> Situation | None:
    """What is known at the newest time of day at which forecasts are issued, without what comes late."""
    until = order.known_until_utc
    issue = until - (until - datetime.combine(until.date(), time(order.issue_hour))) % timedelta(days=1)
    now = situation(reader, settings, forecaster.target, issue, HISTORY_DAYS)
    if now is None or forecaster.target == "price":
        return now
    return now.without(late_slots(reader, settings.slot_minutes, order.issue_hour))


def _daily_wape(held: HeldOut, forecaster: Forecaster, known: Known) -> dict[str, float]:
    """Mean and spread of the days' absolute errors over what came, that later forecasts are held against."""
    actual, expected = held.outcome.days.values, held.outcome.expected[forecaster.main]
    weights = np.ones(len(actual)) if known.weights is None else known.weights
    error = np.nansum(np.abs(expected - actual) * weights[:, None, None], axis=(0, 2))
    came = np.nansum(np.abs(np.where(np.isnan(expected), np.nan, actual)) * weights[:, None, None], axis=(0, 2))
    daily = np.divide(error, came, out=np.full_like(error, np.nan), where=came > 0)
    return {"daily_wape_mean": float(np.nanmean(daily)), "daily_wape_sd": float(np.nanstd(daily))}


def _begin(days: Days, number: int) -> datetime:
    """When a day begins, UTC without an offset."""
    return next(start for starts in days.starts_utc(number) for start in starts)


def _naive(instant: datetime) -> datetime:
    return instant.astimezone(UTC).replace(tzinfo=None)
