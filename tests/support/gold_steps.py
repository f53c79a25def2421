"""What tests of gold do in a plain DuckDB: give readings and members by hand, and build gold's tables from them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import duckdb

from harness.lake_steps import fill_table, stored
from tests.support.units import of_units, stored_in_units
from wattlake.lake.models.graph import fill, models
from wattlake.lake.settings import Settings

BEGIN, END = stored(2000, 1, 1), stored(2041, 1, 1)
GAPS = ("meter_daily", "meter_gap", "panels_alike", "gap_fill")
WITHOUT_WEATHER = ("member_meter", *GAPS, "energy_estimate", "energy_flow")
"""Tables of gold in the order of the build, for a community whose panels have no output."""

HOUSE = {"zone": "north", "latitude": 51.5, "longitude": -0.1, "panel_kwp": 0.0, "member_type": "consumer"}
HOUSE |= {"provenance": "measured"}


def member(name: str, meter: str | None, **other: Any) -> dict[str, Any]:
    """A register entry of a member without panels."""
    return HOUSE | {"member_id": name, "meter_id": meter, "valid_from_utc": stored(2012, 1, 1)} | other


def reading(meter: str, start: datetime, units: int, minutes: int = 30) -> dict[str, Any]:
    """A reading of so many milliwatt-hours that is known two and a half hours after it began."""
    row = {"meter_id": meter, "period_start_utc": start, "period_minutes": minutes, "_landing_id": 1}
    row |= {"energy_kwh": of_units(units)}
    return row | {"quality": "measured", "provenance": "measured", "known_at_utc": start + timedelta(minutes=150)}


def give_readings(connection: duckdb.DuckDBPyConnection, readings: Iterable[dict[str, Any]]) -> None:
    """Insert many readings in a few statements."""
    names = (
        "meter_id",
        "period_start_utc",
        "period_minutes",
        "energy_kwh",
        "quality",
        "provenance",
        "known_at_utc",
        "_landing_id",
    )
    rows = [tuple(row[name] for name in names) for row in readings]
    for first in range(0, len(rows), 1000):
        some = rows[first : first + 1000]
        marks = ", ".join(["(?, ?, ?, ?, ?, ?, ?, ?)"] * len(some))
        listed = ", ".join(names)
        values = [value for row in some for value in row]
        connection.execute(f"insert into silver.meter_reading ({listed}) values {marks}", values)


def build_gold(
    connection: duckdb.DuckDBPyConnection,
    *tables: str,
    settings: Settings | None = None,
    windows: Iterable[datetime] = (BEGIN, END),
) -> None:
    """Build tables of gold in this order, each in windows between these instants."""
    connection.execute("set timezone = 'UTC'")
    for name in tables:
        connection.execute(f"delete from gold.{name}")
        model = models()[f"gold.{name}"]
        for begin, end in pairwise(windows) if model.by_period else [(BEGIN, END)]:
            sql = fill(model.sql, settings or Settings(), {"from_utc": begin, "to_utc": end})
            connection.execute(f"insert into gold.{name} by name {sql}")


def give(connection: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, Any]]) -> None:
    """Insert rows of gold, their energy and money in whole milliwatt-hours and micro-euros."""
    fill_table(connection, f"gold.{table}", stored_in_units(rows))
