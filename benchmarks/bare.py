"""DuckDB alone keeps what a lake keeps of meter files: their text, the typed readings and the hours, as Parquet.

It says how much of our time any lake of these layers needs. ``python -m benchmarks.bare FROM TO`` with the folder of
the files and a folder to write to.
"""

import shutil
import sys
from pathlib import Path

from benchmarks.bench import Bench, Step, forget_pages, meter_files
from benchmarks.floor import connect_bare

BY_MONTH = "(format parquet, partition_by (year, month))"
LAYERS = (
    """
    copy (
        select *
        from read_csv(
            ?, header = true, auto_detect = false, delim = ',', quote = '"', filename = true,
            columns = {'LCLid': 'varchar', 'tstp': 'varchar', 'energy(kWh/hh)': 'varchar', 'provenance': 'varchar'}
        )
    ) to '%(out)s/bronze.parquet' (format parquet)
    """,
    f"""
    copy (
        select
            "LCLid" as meter_id,
            try_cast(tstp as timestamp) as period_start_utc,
            cast(try_cast("energy(kWh/hh)" as double) as decimal(18, 6)) as energy_kwh,
            provenance,
            year(period_start_utc) as year,
            month(period_start_utc) as month
        from '%(out)s/bronze.parquet'
    ) to '%(out)s/silver' {BY_MONTH}
    """,
    """
    copy (
        select
            meter_id,
            date_trunc('hour', period_start_utc) as hour_utc,
            sum(energy_kwh) as energy_kwh,
            count(*) as readings,
            max(provenance) as provenance,
            any_value(year) as year,
            any_value(month) as month
        from '%(out)s/silver/*/*/*.parquet'
        where year = ? and month = ?
        group by meter_id, hour_utc
    ) to '%(out)s/hours' (format parquet, partition_by (year, month), append)
    """,
)


def measure_bare(bench: Bench, inbox: Path) -> Step:
    """Measure it once, in a fresh process, the files read from the disk; what it wrote is removed."""
    out = bench.work / "bare"
    forget_pages(meter_files(inbox))
    step = bench.python("DuckDB alone, the same layers", "bare", str(inbox / "smart_meters"), str(out))
    shutil.rmtree(out)
    return step


def copy_layers(meter_folder: Path, out: Path) -> None:
    """Write the text of the CSV files of a folder, its readings typed, and their hours, month by month."""
    out.mkdir(parents=True)
    bronze, silver, hours = (layer % {"out": out} for layer in LAYERS)
    with connect_bare(out) as connection:
        connection.execute(bronze, [[str(path) for path in sorted(meter_folder.glob("*.csv"))]])
        connection.execute(silver)
        for folder in sorted(out.glob("silver/year=*/month=*")):
            year, month = (part.partition("=")[2] for part in folder.parts[-2:])
            connection.execute(hours, [year, month])


if __name__ == "__main__":
    copy_layers(Path(sys.argv[1]), Path(sys.argv[2]))
