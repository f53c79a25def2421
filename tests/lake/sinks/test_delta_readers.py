"""What a sink's Delta tables hold after a correction is the same for delta-rs, DuckDB and Spark, and is the lake's."""

from collections.abc import Iterable
from pathlib import Path

import duckdb
import pytest
from deltalake import DeltaTable

from harness.lake_steps import NOW
from harness.sink_ends import content
from tests.support.origins import AFTER_STAGE
from wattlake.lake.sinks.description import Sink
from wattlake.lake.sinks.export import export
from wattlake.lake.sinks.tables import SinkTable, tables_of
from wattlake.lake.sql import Connection, named
from wattlake.lake.store.extensions import load_extension

TABLES = ["dim_user", "fact_energy_balance_daily", "fact_energy_flow"]
SPARK_TYPES = {"varchar": "string", "date": "date", "boolean": "boolean"}


def as_in_the_lake(connection: Connection, relation: str, table: SinkTable) -> str:
    """The number and hash of the rows of a relation, in the types of the lake."""
    typed = ", ".join(f"{named(name)}::{column.sql_type} as {named(name)}" for name, column in table.columns.items())
    return content(connection, f"(select {typed} from {relation})", table.columns)


def in_duckdb(relation: str, tables: Iterable[SinkTable], folder: Path) -> dict[str, str]:
    """The content of each table as a relation of DuckDB reads it."""
    with duckdb.connect() as connection:
        load_extension(connection, "delta")
        connection.execute("set timezone = 'UTC'")
        return {each.table: as_in_the_lake(connection, relation.format(folder / each.target), each) for each in tables}


def by_delta_rs(tables: Iterable[SinkTable], folder: Path) -> dict[str, str]:
    """The content of each table as delta-rs reads it."""
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        contents = {}
        for table in tables:
            connection.register("read", DeltaTable(folder / table.target).to_pyarrow_table())
            contents[table.table] = as_in_the_lake(connection, "read", table)
        return contents


@pytest.mark.long
def test_spark_duckdb_and_delta_rs_read_the_same_rows_after_a_correction(copied_lake, tmp_path, spark):
    sink = Sink.model_validate({"name": "shared", "kind": "delta", "address": str(tmp_path / "out"), "tables": TABLES})
    for stage in (1, 3):
        lake = copied_lake(AFTER_STAGE[stage])
        export(lake, sink, "run-1", NOW)
    tables, connection = tables_of(sink), lake.reader()
    ours = {each.table: content(connection, each.table, each.columns) for each in tables}
    assert all(int(rows.partition(":")[0]) > 0 for rows in ours.values())
    assert DeltaTable(tmp_path / "out" / "fact_energy_flow").version() > 0
    types = spark.read(tmp_path / "out", TABLES, tmp_path / "spark")
    assert in_duckdb("read_parquet('{}/*.parquet')", tables, tmp_path / "spark") == ours
    assert in_duckdb("delta_scan('{}')", tables, tmp_path / "out") == ours
    assert by_delta_rs(tables, tmp_path / "out") == ours
    wanted = {name: column.sql_type for name, column in tables[-1].columns.items()}
    assert types[tables[-1].target] == {name: SPARK_TYPES.get(kind, kind) for name, kind in wanted.items()}
