"""Sums of the floor's copy and of the lake, to see that both hold the same energy; month by month, for the memory.

``python -m benchmarks.sums FLOOR`` with the folder of the floor's copy; the lake is that of the settings.
"""

import json
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb

from benchmarks.bench import MEMORY_LIMIT, THREADS
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection
from wattlake.lake.store.lake import Lake

OF_THE_FLOOR = """
select count(*), coalesce(sum(cast(energy_kwh as decimal(18, 6))), 0)
from (
    select distinct meter_id, period_start, energy_kwh
    from read_parquet(?)
    where energy_kwh is not null and second(period_start) = 0 and minute(period_start) in (0, 30)
)
"""
OF_THE_LAKE = {
    "silver.meter_reading": "select count(*), sum(energy_kwh) from silver.meter_reading",
    "gold.meter_daily": "select sum(readings), sum(energy_kwh) from gold.meter_daily",
    "gold.energy_flow": "select count(*), sum(consumption_kwh) from gold.energy_flow",
    "gold.energy_balance_daily": "select sum(slots), sum(consumption_kwh) from gold.energy_balance_daily",
}


def sums(floor: Path, lake: Connection) -> Iterator[tuple[str, int, int]]:
    """Table, readings (or slots) and kWh × 10⁶; of the floor those on the half-hour grid, once each."""
    counted = [0, Decimal(0)]
    with duckdb.connect() as connection:
        connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
        connection.execute(f"set threads = {THREADS}")
        connection.execute(f"set temp_directory = '{floor}-tmp'")
        for month in sorted(floor.glob("year=*/month=*")):
            rows = connection.execute(OF_THE_FLOOR, [[str(path) for path in month.glob("*.parquet")]]).fetchall()
            counted = [so_far + more for so_far, more in zip(counted, rows[0], strict=True)]
    yield "floor", counted[0], int(counted[1] * 1_000_000)
    for table, sql in OF_THE_LAKE.items():
        readings, energy_kwh = lake.execute(sql).fetchall()[0]
        yield table, int(readings or 0), int((energy_kwh or 0) * 1_000_000)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(list(sums(Path(sys.argv[1]), Lake(Settings(), read_only=True).reader()))))
