"""Read Delta tables with Spark, run by a Python with PySpark and nothing of ours.

``python spark_job.py JARS FOLDER OUT TABLE…`` with the folder of delta-spark's jars, the one of the Delta tables, and
one to write to. Of each table it prints, as a line of JSON, the types of its columns; and it writes the rows that Spark
read as Parquet to ``OUT/TABLE``.
"""

import json
import sys
from pathlib import Path

from pyspark.sql import SparkSession


def session(jars: Path) -> SparkSession:
    """Spark on this machine, with delta-spark, in a time zone that is not UTC."""
    files = ",".join(str(jar) for jar in sorted(jars.glob("*.jar")))
    return (
        SparkSession.builder.master("local[1]")
        .appName("reader")
        .config("spark.jars", files)
        .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
        .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
        .config("spark.driver.memory", "1g")
        .config("spark.driver.extraJavaOptions", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")  # It runs for seconds.
        .config("spark.sql.codegen.wholeStage", "false")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.session.timeZone", "Asia/Tokyo")
        .config("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS")
        .config("spark.sql.shuffle.partitions", 1)
        .config("spark.databricks.delta.snapshotPartitions", 1)
        .getOrCreate()
    )


def main(jars: str, folder: str, out: str, *tables: str) -> None:
    """Read the tables, and tell their columns."""
    spark = session(Path(jars))
    spark.sparkContext.setLogLevel("ERROR")
    for table in tables:
        frame = spark.read.format("delta").load(f"{folder}/{table}")
        frame.write.parquet(f"{out}/{table}")
        print(json.dumps({"table": table, "types": dict(frame.dtypes)}), flush=True)  # noqa: T201
    spark.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
