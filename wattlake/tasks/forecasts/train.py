"""Train on the past but its last weeks, judge on those, register, promote what is better."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from wattlake.lake import model_registry
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.lake.times import naive_utc
from wattlake.tasks.forecasting.challenge import against
from wattlake.tasks.forecasting.forecaster import Forecaster
from wattlake.tasks.forecasting.holdout import held_out_days, judge
from wattlake.tasks.forecasts.inputs import time_of_issue
from wattlake.tasks.forecasts.model_rows import Order, history_row, metrics, model_row
from wattlake.tasks.forecasts.serving import packed, serving
from wattlake.tasks.forecasts.targets import TARGETS, Target
from wattlake.tasks.forecasts.tune import tune

logger = logging.getLogger("wattlake.train")

HISTORY_DAYS = 400


@dataclass(frozen=True)
class Trained:
    """The outcome of training one target.

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
    order = Order(naive_utc(now_utc), naive_utc(known_until), hour, run_id, tune_minutes)
    wanted = targets or tuple(TARGETS)
    for done, target in enumerate(wanted, 1):
        trained = _train_one(lake, TARGETS[target], order)
        logger.info("%s %s: %s", target, trained.status, trained.why)
        yield replace(trained, done=done, total=len(wanted))


def _train_one(lake: Lake, target: Target, order: Order) -> Trained:
    """Train and judge one target's model, and register it; skip it where too little is known."""
    reader, storage, forecaster = lake.reader(), Storage(lake.settings), target.forecaster
    now = target.trained_on(reader, lake.settings, order.newest_issue, most_days=HISTORY_DAYS)
    held_days = held_out_days(now.number, forecaster.least_days) if now else 0
    if now is None or not held_days:
        known_days = now.number if now else 0
        why = f"{known_days} days of history are known; it takes {forecaster.least_days + 14} to train and to judge"
        return _skipped(forecaster, why)
    numbers = range(now.number - held_days, now.number)
    champion = serving(reader, storage, forecaster, order.known_until_utc)
    try:
        tuned = tune(forecaster, now.known, numbers[0], champion.trees, minutes=order.tune_minutes)
        name, model = forecaster.train(now.known, numbers[0], tuned.trees)
    except ValueError as error:
        return _skipped(forecaster, str(error))
    judged = judge(forecaster, model, now.known, numbers)
    champions = {} if champion.model is None else {f"model {champion.version}": champion.model}
    verdict = against(forecaster, champions, now.known, judged, numbers)
    path, sha256 = model_registry.store(storage, forecaster.target, packed(model, judged.calibrated))
    row = history_row(now.known.days, numbers[0], order) | model_row(forecaster, name, model, tuned)
    row |= {"artifact_path": path, "sha256": sha256, "metrics": metrics(judged, forecaster, now.known)}
    row |= {"status": "promoted" if verdict.is_promoted else "rejected", "why": verdict.why}
    model_id = lake.write(lambda connection: model_registry.add(connection, row), lock="forecast")
    return Trained(forecaster.target, name, model_id, row["status"], verdict.why, row["metrics"])


def _skipped(forecaster: Forecaster, why: str) -> Trained:
    return Trained(forecaster.target, "", 0, "skipped", why, {})
