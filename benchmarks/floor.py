"""The floor: DuckDB alone reads meter files typed and writes one copy of them as Parquet, by month.

``python -m benchmarks.floor FROM TO`` with the folder of the files and a folder to write to.
"""

import shutil
import sys
from pathlib import Path

import duckdb

from benchmarks.bench import MEMORY_LIMIT, THREADS, Bench, Step, forget_pages, meter_files

COPY = """
copy (
    select
        "LCLid" as meter_id,
        tstp as period_start,
        "energy(kWh/hh)" as energy_kwh,
        year(tstp) as year,
        month(tstp) as month
    from read_csv(
        ?,
        header = true, auto_detect = false, delim = ',', quote = '"', nullstr = 'Null',
        columns = {'LCLid': 'varchar', 'tstp': 'timestamp', 'energy(kWh/hh)': 'double', 'provenance': 'varchar'}
    )
) to '%s' (format parquet, partition_by (year, month))
"""


def measure_floor(bench: Bench, inbox: Path) -> Step:
    """Measure the floor once, in a fresh process, its files read from the disk; the copy of before is replaced."""
    shutil.rmtree(bench.work / "floor", ignore_errors=True)
    forget_pages(meter_files(inbox))
    return bench.python("floor", "floor", str(inbox / "smart_meters"), str(bench.work / "floor"))


def copy_typed(meter_folder: Path, out: Path) -> None:
    """Read the CSV files of a folder typed, and write them as Parquet by month."""
    with connect_bare(out) as connection:
        connection.execute(COPY % out, [[str(path) for path in sorted(meter_folder.glob("*.csv"))]])


def connect_bare(out: Path) -> duckdb.DuckDBPyConnection:
    """DuckDB with our limits and nothing else; what does not fit into memory goes beside what it writes."""
    connection = duckdb.connect()
    connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
    connection.execute(f"set threads = {THREADS}")
    connection.execute("set preserve_insertion_order = false")
    connection.execute(f"set temp_directory = '{out}-tmp'")
    return connection


if __name__ == "__main__":
    copy_typed(Path(sys.argv[1]), Path(sys.argv[2]))
