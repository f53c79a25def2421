"""The peer's job, run by a Python with PySpark and nothing of ours: meter files to silver, hours and days.

``python peer_job.py FROM TO MEMORY`` with the folder of the meter files, a folder to write to, and the heap's size. It
tells the seconds of its steps.

One shuffle for everything: readings are spread by meter, and repeated ones, hours and days of a meter all lie in one
partition then. What silver wrote is read no second time: it is kept, compressed in memory, for the hours.
"""

import json
import sys
import time
from pathlib import Path

from pyspark import StorageLevel
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as f
from pyspark.sql.types import StringType, StructField, StructType

CORES = 2
PARTITIONS = 4 * CORES
COLUMNS = ("LCLid", "tstp", "energy(kWh/hh)", "provenance")
AS_WRITTEN = StructType([StructField(name, StringType()) for name in COLUMNS])


def session(work: Path, memory: str) -> SparkSession:
    """Spark on this machine, without what only a cluster needs."""
    return (
        SparkSession.builder.master(f"local[{CORES}]")
        .appName("peer")
        .config("spark.driver.memory", memory)
        .config("spark.local.dir", str(work / "tmp"))
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", PARTITIONS)
        .config("spark.sql.adaptive.coalescePartitions.enabled", "false")
        .config("spark.sql.legacy.timeParserPolicy", "CORRECTED")
        .config("spark.sql.ansi.enabled", "false")
        .config("spark.sql.parquet.compression.codec", "snappy")
        .config("spark.serializer", "org.apache.spark.serializer.KryoSerializer")
        .getOrCreate()
    )


def silver(lines: DataFrame) -> DataFrame:
    """Typed readings, each meter and half-hour once; what cannot be read or is off the grid is left out."""
    typed = lines.select(
        f.trim("LCLid").alias("meter_id"),
        f.trim("tstp").cast("timestamp").alias("period_start_utc"),
        f.trim("`energy(kWh/hh)`").cast("double").cast("decimal(18, 6)").alias("energy_kwh"),
        "provenance",
    )
    readable = typed.where(
        (f.col("meter_id") != "")
        & f.col("period_start_utc").isNotNull()
        & (f.unix_timestamp("period_start_utc") % 1800 == 0)
        & f.col("energy_kwh").between(0, 1_000)
    )
    return readable.repartition(PARTITIONS, "meter_id").dropDuplicates(["meter_id", "period_start_utc"])


def by(readings: DataFrame, unit: str) -> DataFrame:
    """Readings and energy of every meter by hour or day."""
    period = f.date_trunc(unit, "period_start_utc").alias("period_start_utc")
    return readings.groupBy("meter_id", period).agg(
        f.count("*").alias("readings"), f.sum("energy_kwh").alias("energy_kwh"), f.max("provenance").alias("provenance")
    )


def write(table: DataFrame, path: Path) -> None:
    """Write a table by month; with a meter's rows together its files compress well."""
    start = f.col("period_start_utc")
    monthly = table.withColumn("year", f.year(start)).withColumn("month", f.month(start))
    monthly.write.mode("overwrite").partitionBy("year", "month").parquet(str(path))


def run(meter_folder: Path, out: Path, memory: str) -> dict[str, float]:
    """Do the job; gives seconds by step."""
    seconds = {}
    started = time.perf_counter()
    spark = session(out, memory)
    seconds["start"] = time.perf_counter() - started
    lines = spark.read.csv(str(meter_folder), schema=AS_WRITTEN, header=True, enforceSchema=True)
    readings = silver(lines).persist(StorageLevel.MEMORY_AND_DISK)
    for name, table in {"silver": readings, "hourly": by(readings, "hour"), "daily": by(readings, "day")}.items():
        started = time.perf_counter()
        write(table, out / name)
        seconds[name] = time.perf_counter() - started
    spark.stop()
    return seconds


if __name__ == "__main__":
    seconds = run(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
    sys.stdout.write(json.dumps(seconds))
