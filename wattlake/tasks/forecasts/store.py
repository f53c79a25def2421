"""Store an issue: rows once for each time and model, advice made of them, and scores so far."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from wattlake.lake.contracts import columns, listed
from wattlake.lake.models.graph import fill_in, models
from wattlake.lake.models.rewriting import reading_from
from wattlake.lake.models.steps import step_of
from wattlake.lake.quality import GateError, IssuedRows, Stretch, check, failed
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection, scalar
from wattlake.lake.store.lake import NothingToDoError
from wattlake.lake.times import ONE_DAY
from wattlake.tasks.forecasts.feature_rows import ISSUED_FEATURES

ADVICE, SCORE = "gold.surplus_advice", "ops.forecast_score"
SCORED = timedelta(days=35)
"""Readings that come or change so late change no score any more."""


def store(
    connection: Connection, settings: Settings, issues: Mapping[str, list[pl.DataFrame]], issued: datetime
) -> dict[str, int]:
    """Store what is new of an issue, advise on it, and check both; returns the rows by table.

    Raises:
        NothingToDoError: all of it was issued before.
        GateError: it breaks a contract.
    """
    stored: dict[str, int] = {}
    for table, parts in issues.items():
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
    _let_old_features_go(connection, settings.forecast_feature_days)
    made = next(rows["_made_at_utc"][0] for parts in issues.values() for rows in parts)
    results = [result for table in stored for result in check(connection, table, _mine(table, issued, made))]
    results += check(connection, SCORE, _lately(issued))
    if failed(results):
        raise GateError(results)
    return stored


def _mine(table: str, issued: datetime, made: datetime) -> IssuedRows:
    """Name what was written just now: earlier versions were held to their own promises."""
    return IssuedRows(issued, made if "_made_at_utc" in columns(table) else None)


def _by(rows: pl.DataFrame) -> str:
    return f"and target = '{rows['target'][0]}'" if "target" in rows.columns else ""


def _advise(connection: Connection, settings: Settings, issued: datetime) -> int:
    """Advise each member on each slot, at the prices that are expected; returns the rows."""
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
    asked = fill_in(step_of("forecast", "surplus_advice"), {"issued_at_utc": issued})
    connection.execute(f"insert into {ADVICE} ({listed(ADVICE)}) select {listed(ADVICE)} from ({asked})")
    return scalar(connection, f"select count(*) from {ADVICE} where issued_at_utc = timestamp '{issued}'")


def _score(connection: Connection, issued: datetime) -> None:
    """Score the forecasts of the last weeks anew, by what is known of them by now."""
    window = {"from_utc": issued.replace(hour=0, minute=0) - SCORED, "to_utc": issued}
    connection.execute(f"delete from {SCORE} where {_lately(issued).condition}")
    asked = fill_in(step_of("forecast", "score"), window)
    connection.execute(f"insert into {SCORE} ({listed(SCORE)}) select {listed(SCORE)} from ({asked})")


def _let_old_features_go(connection: Connection, days: int) -> None:
    """Delete the features of issues so many days before the newest; all, where none are kept."""
    newest = f"(select max(issued_at_utc) from {ISSUED_FEATURES})"
    is_old = f"issued_at_utc < {newest} - to_days({days})" if days else "true"
    connection.execute(f"delete from {ISSUED_FEATURES} where {is_old}")


def _lately(issued: datetime) -> Stretch:
    return Stretch(issued.replace(hour=0, minute=0) - SCORED, issued)
