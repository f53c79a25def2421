"""Issue forecasts: give what was known at a time to the models of then, and store the rows."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from time import perf_counter

import polars as pl

from wattlake.lake.runs.record import Run
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake, NothingToDoError
from wattlake.lake.times import naive_utc
from wattlake.tasks.forecasts.drift import Drift
from wattlake.tasks.forecasts.serving import Serving, serving
from wattlake.tasks.forecasts.store import store
from wattlake.tasks.forecasts.targets import TARGETS

logger = logging.getLogger("wattlake.forecast")


@dataclass(frozen=True)
class Issued:
    """An issue that was stored: its rows by table, and how the forecasts before it went."""

    rows: Mapping[str, int]
    seconds: float
    drifts: tuple[Drift, ...] = ()

    def tell(self, run: Run) -> None:
        """Count what was written."""
        for table, rows in self.rows.items():
            run.wrote(table, rows, self.seconds / len(self.rows))


def forecast(lake: Lake, issued_at_utc: datetime, made_at_utc: datetime) -> Issued:
    """Forecast the next 24 hours from what was known at a time, once for each time.

    Args:
        lake: the lake, built.
        issued_at_utc: the time of issue; nothing known later is read.
        made_at_utc: the present, which is stored beside.

    Returns:
        The rows stored: none where they were issued before by the same models, or nothing was known.
    """
    started = perf_counter()
    issued, made = (naive_utc(instant) for instant in (issued_at_utc, made_at_utc))
    reader, storage = lake.reader(), Storage(lake.settings)
    served = all_serving(reader, storage, issued)
    issues = all_foreseen(reader, lake.settings, served, issued, made)
    if not issues:
        logger.warning("nothing was known to forecast from at %s", f"{issued:%Y-%m-%d %H:%M} UTC")
    try:
        stored = lake.write(partial(store, settings=lake.settings, issues=issues, issued=issued), lock="forecast")
    except NothingToDoError:
        stored = {}
    drifts = tuple(_drifts(reader, served, issued))
    seconds = round(perf_counter() - started, 3)
    logger.info("forecast", extra={"rows": sum(stored.values()), "seconds": seconds})
    return Issued(stored, seconds, drifts)


def all_serving(reader: Connection, storage: Storage, issued: datetime) -> dict[str, Serving]:
    """Find the model that serves each target at a time."""
    return {name: serving(reader, storage, target.forecaster, issued) for name, target in TARGETS.items()}


def all_foreseen(
    reader: Connection, settings: Settings, served: Mapping[str, Serving], issued: datetime, made: datetime
) -> dict[str, list[pl.DataFrame]]:
    """Forecast every target by its model; returns rows by table, none where nothing is known.

    Args:
        reader: with the lake as its current database.
        settings: of the lake.
        served: the model that serves each target.
        issued: the time of issue, without an offset.
        made: the present.
    """
    issues: dict[str, list[pl.DataFrame]] = {}
    for name, model in served.items():
        for table, rows in TARGETS[name].foreseen(reader, settings, model, issued, made).items():
            issues.setdefault(table, []).append(rows)
    return issues


def _drifts(reader: Connection, served: Mapping[str, Serving], issued: datetime) -> Iterator[Drift]:
    """Compare earlier forecasts with what came, of targets of which enough is known by now."""
    for name, model in served.items():
        if trend := TARGETS[name].drift(reader, model, issued):
            logger.log(logging.WARNING if trend.is_breach else logging.INFO, "%s", trend)
            yield trend
