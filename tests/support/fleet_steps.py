"""What tests of the fleet do: take plant files through silver and gold in a plain DuckDB."""

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from harness.lake_steps import plain_tables
from tests.support.gold_steps import build_gold
from wattlake.app.sandbox.fleet import SimulatedFleet, simulate_fleet
from wattlake.lake.contracts import columns, listed
from wattlake.lake.models.graph import fill, models
from wattlake.lake.settings import Settings

UNTIL = date(2026, 6, 22)
FETCHED = datetime(2026, 6, 22, 1, tzinfo=UTC)
FLEET = ("plant_best", "plant_size", "plant_interval", "panel_daily", "panel_kpi_daily", "panel_case")
"""The fleet's tables of gold in the order of the build."""


def fleet_in_gold(folder: Path, settings: Settings | None = None) -> duckdb.DuckDBPyConnection:
    """A plain DuckDB with the files of a folder in bronze, silver, quarantine and gold."""
    connection = duckdb.connect()
    plain_tables(connection)
    read_into_silver(connection, folder, settings or Settings())
    build_gold(connection, *FLEET, settings=settings)
    return connection


def read_into_silver(connection: duckdb.DuckDBPyConnection, folder: Path, settings: Settings) -> None:
    """Land every CSV file of a folder, and read it into silver; readings that are equal become one."""
    connection.execute("set timezone = 'UTC'")
    for landing_id, path in enumerate(sorted(folder.glob("*.csv")), 1):
        connection.execute(
            "insert into bronze.inverters by name select *, ? as _landing_id, ? as _fetched_at_utc "
            "from read_csv(?, all_varchar = true)",
            [landing_id, FETCHED.replace(tzinfo=None), str(path)],
        )
    window = {"from_landing": 1, "to_landing": 1_000}
    for table in ("silver.panel", "silver.inverter_reading"):
        connection.execute(f"create or replace table reading as {fill(models()[table].sql, settings, window)}")
        connection.execute(
            f"insert into {table} select distinct {listed(table)} from reading where quarantine_reason is null"
        )
        assert list(columns(table)) == [name for (name, *_) in connection.execute(f"describe {table}").fetchall()]


def simulated(folder: Path, seed: int, panels: int = 22, days: int = 34, plants: int = 1) -> SimulatedFleet:
    """A fleet with one of each fault, which ends at the same day whenever a test runs."""
    return simulate_fleet(panels, days, seed, folder, UNTIL, plants)
