"""Issue forecasts: hand what was known at a time to the models of then, and store what they expect."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from time import perf_counter
from typing import Any

import polars as pl
from prefect import task

from wattlake.lake.build.gold import ONE_DAY
from wattlake.lake.contracts import columns, listed
from wattlake.lake.models.graph import SQL_FOLDER, fill_in, models
from wattlake.lake.models.rewriting import reading_from
from wattlake.lake.quality import GateError, IssuedRows, Stretch, check, failed
from wattlake.lake.runs.record import Run
from wattlake.lake.settings import Settings
from wattlake.lake.store.connection import Connection, scalar
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake, NothingToDoError
from wattlake.tasks.forecasting import conformal
from wattlake.tasks.forecasting.boosted import BROKEN
from wattlake.tasks.forecasting.forecaster import Forecaster, Issue
from wattlake.tasks.forecasting.misses import Band
from wattlake.tasks.forecasting.targets import FORECASTERS, PRICE
from wattlake.tasks.forecasts.drift import Drift, drift, missed_since
from wattlake.tasks.forecasts.inputs import Situation, situation, time_of_issue
from wattlake.tasks.forecasts.rows import Stamp, days_to_forecast, group_rows, member_rows, price_rows
from wattlake.tasks.forecasts.serving import Serving, reach_of, serving

logger = logging.getLogger("wattlake.forecast")

HISTORY_DAYS = 275
"""The longest look back of any forecaster but the price's: the ridge's window and what its means have not forgotten."""
PRICE_HISTORY_DAYS = 380
ADVICE, SCORE = "gold.surplus_advice", "ops.forecast_score"
SCORED = timedelta(days=35)
"""Readings that come or change so late change no score any more."""


@dataclass(frozen=True)
class Issued:
    """What was issued: the rows by table, and how the forecasts before went."""

    rows: Mapping[str, int]
    seconds: float
    drifts: tuple[Drift, ...] = ()

    def tell(self, run: Run) -> None:
        """Count what was written."""
        for table, rows in self.rows.items():
            run.wrote(table, rows, self.seconds / len(self.rows))


@task(name="forecast")
def issue_forecast(now_utc: datetime, made_at_utc: datetime) -> Issued:
    """Forecast the next 24 hours of every member, zone and price; says what was issued."""
    lake = Lake(Settings())
    return forecast(lake, time_of_issue(lake, now_utc), made_at_utc)


def forecast(lake: Lake, issued_at_utc: datetime, made_at_utc: datetime) -> Issued:
    """Forecast the next 24 hours of every member, zone and price from what was known at a time, once for each time.

    Args:
        lake: the lake, built.
        issued_at_utc: the time of issue; nothing known later is read.
        made_at_utc: the present, which is stored beside.

    Returns:
        The rows stored: none where they were issued before by the same models, or nothing was known.
    """
    started = perf_counter()
    issued, made = (one.astimezone(UTC).replace(tzinfo=None) for one in (issued_at_utc, made_at_utc))
    reader, storage = lake.reader(), Storage(lake.settings)
    served = all_serving(reader, storage, issued)
    found = all_foreseen(reader, lake.settings, served, issued, made)
    if not found:
        logger.warning("nothing was known to forecast from at %s", f"{issued:%Y-%m-%d %H:%M} UTC")
    try:
        stored = lake.write(lambda connection: _store(connection, lake.settings, found, issued), lock="forecast")
    except NothingToDoError:
        stored = {}
    drifts = tuple(_drifts(reader, served, issued))
    seconds = round(perf_counter() - started, 3)
    logger.info("forecast", extra={"rows": sum(stored.values()), "seconds": seconds})
    return Issued(stored, seconds, drifts)


def all_serving(reader: Connection, storage: Storage, issued: datetime) -> dict[str, Serving]:
    """The model that serves each target at a time."""
    return {target: serving(reader, storage, forecaster, issued) for target, forecaster in FORECASTERS.items()}


def all_foreseen(
    reader: Connection, settings: Settings, served: Mapping[str, Serving], issued: datetime, made: datetime
) -> dict[str, list[pl.DataFrame]]:
    """What is expected of every target by its model, as rows by table; the arguments are those of ``foreseen``."""
    found: dict[str, list[pl.DataFrame]] = {}
    for target, model in served.items():
        for table, rows in foreseen(reader, settings, FORECASTERS[target], model, issued, made).items():
            found.setdefault(table, []).append(rows)
    return found


def _drifts(reader: Connection, served: Mapping[str, Serving], issued: datetime) -> Iterator[Drift]:
    """How the forecasts of energy before went, of those of which enough is known by now."""
    for target, model in served.items():
        if target != PRICE.target and (went := drift(reader, target, model, issued)):
            logger.log(logging.WARNING if went.is_breach else logging.INFO, "%s", went)
            yield went


def foreseen(
    reader: Connection, settings: Settings, forecaster: Forecaster, model: Serving, issued: datetime, made: datetime
) -> dict[str, pl.DataFrame]:
    """What a target's model expects of the next 24 hours, as rows by table; nothing where nothing is known.

    Args:
        reader: with the lake as its current database.
        settings: of the lake.
        forecaster: of the target.
        model: the one that serves.
        issued: the time of issue, without an offset.
        made: the present.
    """
    most_days = PRICE_HISTORY_DAYS if forecaster is PRICE else HISTORY_DAYS
    now = situation(reader, settings, forecaster.target, issued, most_days)
    if now is None:
        return {}
    now = now.without(model.late_slots)
    stamp = Stamp(issued, made, settings.slot_minutes, model.forecaster, model.version)
    if forecaster is PRICE:
        return _foreseen_price(reader, settings, now, model, stamp)
    issue, model = issued_by(forecaster, model, now)
    stamp = replace(stamp, forecaster=model.forecaster, forecaster_version=model.version)
    series = now.known.days.series
    missed, days = missed_since(reader, forecaster.target, model, issued, series)
    bands = _bands(forecaster, issue, conformal.steered(reach_of(model.calibrated, series), missed, days))
    return {
        "gold.forecast": member_rows(now, issue, bands, forecaster, stamp, settings),
        "gold.group_forecast": group_rows(now, issue, bands, model, forecaster, stamp, settings),
    }


def issued_by(forecaster: Forecaster, model: Serving, now: Situation) -> tuple[Issue, Serving]:
    """What is expected, and by whom: the model, or where it breaks the ladder."""
    try:
        return forecaster.issue(model.model, now.known, now.number, None), model
    except BROKEN as error:
        if model.model is None:
            raise
        logger.warning("the model of %s broke, the ladder has to do: %s", forecaster.target, error)
        return forecaster.issue(None, now.known, now.number, None), Serving()


def _foreseen_price(
    reader: Connection, settings: Settings, now: Situation, model: Serving, stamp: Stamp
) -> dict[str, pl.DataFrame]:
    """Each delivery day after the published ones, from the days before and what is expected of those between."""
    published = reader.execute(
        "select period_start_utc, spot_eur_per_mwh::double as value from gold.spot_price "
        "where bidding_zone = ? and period_start_utc >= ? and known_at_utc <= ? order by all",
        [settings.bidding_zone, stamp.issued_at_utc, stamp.issued_at_utc],
    ).pl()
    issues, last = [], now.number + max(days_to_forecast(now), 1)
    ahead, by = now, model
    for number in range(now.number, last):
        ahead = replace(ahead, number=number)
        issue, by = issued_by(PRICE, by, ahead)
        expected = issue.expected[PRICE.main]
        issues.append((issue, _bands(PRICE, _with_errors(issue, by), reach_of(by.calibrated, now.known.days.series))))
        days = ahead.known.days.with_days(number + 1)
        values = days.values.copy()
        values[:, number] = expected
        ahead = replace(ahead, known=replace(ahead.known, days=replace(days, values=values)))
    stamp = replace(stamp, forecaster=by.forecaster, forecaster_version=by.version)
    return {"gold.price_forecast": price_rows(now, issues, published, PRICE.main, stamp, settings)}


def _with_errors(issue: Issue, model: Serving) -> Issue:
    """Raw quantiles from the errors of the days held out, where the forecaster gives none itself."""
    if issue.quantiles or model.calibrated is None:
        return issue
    errors = {level: issue.expected[PRICE.main] + slots for level, slots in model.calibrated.errors.items()}
    return replace(issue, quantiles=errors)


def _bands(forecaster: Forecaster, issue: Issue, reach: conformal.Reach) -> dict[float, Band]:
    return conformal.bands(reach, issue.shown(forecaster.shown), issue.quantiles, forecaster.floor)


def _store(
    connection: Connection, settings: Settings, found: Mapping[str, list[pl.DataFrame]], issued: datetime
) -> dict[str, int]:
    """Store what is new of an issue, advise on it, and check both; gives the rows by table.

    Raises:
        NothingToDoError: all of it was issued before.
        GateError: it breaks a contract.
    """
    stored: dict[str, int] = {}
    for table, parts in found.items():
        for rows in parts:
            by = rows.select("forecaster", "forecaster_version").row(0)
            before = f"select count(*) from {table} where issued_at_utc = timestamp '{issued}' {_by(rows)}"
            if not scalar(connection, f"{before} and forecaster = ? and forecaster_version = ?", list(by)):
                connection.register("foreseen", rows.to_arrow())
                connection.execute(f"insert into {table} ({listed(table)}) select {listed(table)} from foreseen")
                stored[table] = stored.get(table, 0) + rows.height
    if not stored:
        raise NothingToDoError
    if "gold.forecast" in stored:
        stored[ADVICE] = _advise(connection, settings, issued)
    _score(connection, issued)
    made = next(rows["_made_at_utc"][0] for parts in found.values() for rows in parts)
    results = [result for table in stored for result in check(connection, table, _mine(table, issued, made))]
    results += check(connection, SCORE, _lately(issued))
    if failed(results):
        raise GateError(results)
    return stored


def _mine(table: str, issued: datetime, made: datetime) -> IssuedRows:
    """What was written just now: what an earlier version issued for the same time was held to its own promises."""
    return IssuedRows(issued, made if "_made_at_utc" in columns(table) else None)


def _by(rows: pl.DataFrame) -> str:
    return f"and target = '{rows['target'][0]}'" if "target" in rows.columns else ""


def _advise(connection: Connection, settings: Settings, issued: datetime) -> int:
    """Advise each member on each slot, at the prices that are expected; gives the rows."""
    until = issued.replace(hour=0, minute=0) + 3 * ONE_DAY
    window: dict[str, Any] = {"from_utc": issued.replace(hour=0, minute=0), "to_utc": until}
    connection.execute(
        "create or replace temp view expected_price as "
        "select bidding_zone, period_start_utc, spot_eur_per_mwh, provenance from gold.spot_price "
        f"where period_start_utc < timestamp '{issued}' union all "
        "select bidding_zone, period_start_utc, spot_eur_per_mwh, provenance from gold.price_forecast "
        f"where issued_at_utc = timestamp '{issued}' "
        "qualify row_number() over (partition by period_start_utc order by _made_at_utc desc) = 1"
    )
    grid = reading_from(models()["gold.grid_slot"].sql, {"gold.spot_price": "expected_price"})
    connection.execute(f"create or replace temp table expected_grid as {fill_in(grid, settings.model_dump() | window)}")
    connection.execute(f"delete from {ADVICE} where issued_at_utc = timestamp '{issued}'")
    asked = fill_in(_step_sql("surplus_advice"), {"issued_at_utc": issued})
    connection.execute(f"insert into {ADVICE} ({listed(ADVICE)}) select {listed(ADVICE)} from ({asked})")
    return scalar(connection, f"select count(*) from {ADVICE} where issued_at_utc = timestamp '{issued}'")


def _score(connection: Connection, issued: datetime) -> None:
    """Score the forecasts of the last weeks anew, by what is known of them by now."""
    window = {"from_utc": issued.replace(hour=0, minute=0) - SCORED, "to_utc": issued}
    connection.execute(f"delete from {SCORE} where {_lately(issued).condition}")
    asked = fill_in(_step_sql("score"), window)
    connection.execute(f"insert into {SCORE} ({listed(SCORE)}) select {listed(SCORE)} from ({asked})")


def _lately(issued: datetime) -> Stretch:
    return Stretch(issued.replace(hour=0, minute=0) - SCORED, issued)


@cache
def _step_sql(name: str) -> str:
    return (SQL_FOLDER / "steps" / "forecast" / f"{name}.sql").read_text(encoding="utf-8")
