"""Judge the methods that fill gaps: hide known readings, estimate them, and compare.

The SQL is the build's own (``gold.panels_alike``, ``gold.gap_fill``), in memory, on readings of which the hidden ones
are not there.
"""

from datetime import datetime, timedelta

import duckdb
import numpy as np
import polars as pl

from wattlake.lake.contracts import columns
from wattlake.lake.models.graph import fill, models
from wattlake.lake.models.macros import create_macros
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection
from wattlake.tasks.estimates.statements import ERRORS, GAPS, HIDE, METERS, READINGS
from wattlake.tasks.forecasting.days import Days

HOURS = (1, 2, 3, 4, 6, 12, 24)
"""How long the hidden gaps are."""
APART_HOURS = 245
"""From one gap of a meter to its next: ten days and five hours, so that they come at all hours and on all weekdays."""
BESIDE_HOURS = 37
"""From a meter's gaps to the next meter's, so that others have readings."""
MADE = ("gold.panels_alike", "gold.gap_fill")
GIVEN = ("silver.meter_reading", "gold.member_meter", "gold.meter_gap")

METHODS = ("linear", "weekday", "alike")


def judged(days: Days, measures: str, settings: Settings) -> pl.DataFrame:
    """Hide hours of a history in gaps of several lengths, and estimate them by each method.

    Args:
        days: energy in kWh, or kW per kWp, by the hour.
        measures: consumption or production.
        settings: of the community.

    Returns:
        One row per length of gap: how many hours were hidden, the sum of absolute errors in % of the energy by method
        and of what serves, and the bias of that. Hours that a method says nothing of are left out.

    Raises:
        ValueError: nothing could be hidden.
    """
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        create_macros(connection)
        for table in (*GIVEN, *MADE):
            _create(connection, table)
        _plant(connection, days)
        # Members alike are asked of panels alone: what they would say of homes shows when these count as panels.
        _estimate(connection, "production", settings)
        connection.execute("create table candidate as from gold.gap_fill")
        if measures != "production":
            _estimate(connection, measures, settings)
        errors = ", ".join(
            f"100 * sum(abs(candidate.{name}_kwh - hidden.energy_kwh)) / sum(hidden.energy_kwh) as {name}_pct"
            for name in METHODS
        )
        rows = connection.execute(ERRORS.format(errors=errors)).pl()
    if rows.is_empty():
        raise ValueError("There are too few readings to hide any. Give a history of three meters and two months.")
    return rows


def _create(connection: Connection, table: str) -> None:
    listed = ", ".join(f'"{column.name}" {column.sql_type}' for column in columns(table).values())
    connection.execute(f"create schema if not exists {table.partition('.')[0]}")
    connection.execute(f"create or replace table {table} ({listed})")


def _plant(connection: Connection, days: Days) -> None:
    """Fill the tables with the readings but the hidden ones, and with the gaps these leave."""
    connection.register("history", _rows(days).to_arrow())
    connection.execute(
        "create table known as "
        "select meter_id, period_start_utc, cast(value as decimal(18, 6)) as energy_kwh from history"
    )
    connection.register("gaps", _gaps(days).to_arrow())
    connection.execute("create table planted as from gaps")
    for statement in (HIDE, READINGS, GAPS):
        connection.execute(statement)


def _estimate(connection: Connection, measures: str, settings: Settings) -> None:
    """Fill the gaps as a build does where all meters measure this."""
    _create(connection, "gold.member_meter")
    connection.execute(METERS, {"measures": measures})
    window = {"from_utc": datetime(1900, 1, 1), "to_utc": datetime(2200, 1, 1)}  # noqa: DTZ001 – as stored
    for table in MADE:
        _create(connection, table)
        connection.execute(f"insert into {table} by name {fill(models()[table].sql, settings, window)}")


def _rows(days: Days) -> pl.DataFrame:
    """List the known hours: ``meter_id``, ``period_start_utc``, ``value``."""
    starts = [(number, slot, instants[0]) for number in range(days.values.shape[1])
              for slot, instants in enumerate(days.starts_utc(number)) if instants]  # fmt: skip
    number, slot, start = (list(part) for part in zip(*starts, strict=True))
    values = days.values[:, number, slot]
    series = np.repeat(np.array(days.series, dtype=object), len(starts))
    return pl.DataFrame(
        {"meter_id": series, "period_start_utc": start * len(days.series), "value": values.reshape(-1)},
        schema_overrides={"meter_id": pl.String, "period_start_utc": pl.Datetime("us")},
    ).filter(pl.col("value").is_not_nan())


def _gaps(days: Days) -> pl.DataFrame:
    """List the gaps to make, of each length in turn: ``meter_id``, ``begin_utc``, ``hours``."""
    first = next(instants[0] for instants in days.starts_utc(0) if instants)
    rows = [
        (
            meter,
            first + timedelta(hours=number * APART_HOURS + rank * BESIDE_HOURS),
            HOURS[(number + rank) % len(HOURS)],
        )
        for rank, meter in enumerate(days.series)
        for number in range(days.values.shape[1] * 24 // APART_HOURS + 1)
    ]
    return pl.DataFrame(rows, {"meter_id": pl.String, "begin_utc": pl.Datetime("us"), "hours": pl.Int64}, orient="row")
