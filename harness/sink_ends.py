"""Both ends of a sink, read by SQL and compared."""

import json
from collections.abc import Iterable
from pathlib import Path

import duckdb
from deltalake import DeltaTable

from wattlake.lake.sinks.description import Sink
from wattlake.lake.sinks.postgres.server import ATTACHED, attached
from wattlake.lake.sinks.storage import root_of
from wattlake.lake.sinks.tables import SinkTable, tables_of
from wattlake.lake.sql import Connection, named
from wattlake.lake.store.lake import Lake

CONTENT = "select count(*) || ':' || coalesce(sum(hash({columns})::hugeint), 0)::varchar from {table}"


def differing(lake: Lake, sink: Sink) -> list[str]:
    """The tables of a sink whose rows are not those of the lake; types as they are on each end."""
    ours, theirs = both_ends(lake, sink)
    return [table for table in ours if ours[table] != theirs[table]]


def both_ends(lake: Lake, sink: Sink) -> tuple[dict[str, str], dict[str, str]]:
    """The content of each table of a sink, here and there."""
    ours, theirs = dict[str, str](), dict[str, str]()
    with lake.reader() as connection, attached(connection, sink):
        for table in tables_of(sink):
            there = f"{ATTACHED}.{named(sink.namespace)}.{named(table.target)}"
            ours[table.table] = content(connection, table.table, [column.name for column in table.columns.values()])
            theirs[table.table] = content(connection, there, table.columns)
    return ours, theirs


def ends_of_files(lake: Lake, sink: Sink) -> tuple[dict[str, str], dict[str, str]]:
    """The content of each table of a sink of Delta tables or files in a folder, here and as readers see it there."""
    with lake.reader() as connection, duckdb.connect() as there:
        there.execute("set timezone = 'UTC'")
        tables = tables_of(sink)
        ours = {
            table.table: content(connection, table.table, [column.name for column in table.columns.values()])
            for table in tables
        }
        return ours, {table.table: content(there, f"({rows_there(sink, table)})", table.columns) for table in tables}


def rows_there(sink: Sink, table: SinkTable) -> str:
    """The SELECT of a table's rows in a folder: by Delta's log, or by the manifest; with the types of the lake."""
    root = root_of(sink.address)
    if sink.kind == "delta":
        paths = [str(path) for path in DeltaTable(f"{root}/{table.target}").file_uris()]
    else:
        manifest = json.loads(Path(root, "wattlake.json").read_text(encoding="utf-8"))
        listed = manifest["tables"].get(table.table, {"files": {}})["files"].values()
        paths = [f"{root}/{name}" for names in listed for name in names]
    typed = {name: column.sql_type for name, column in table.columns.items()}
    if not paths:
        return f"select {', '.join(f'null::{kind} as {named(name)}' for name, kind in typed.items())} where false"
    read = "read_csv({}, header = true, all_varchar = true, nullstr = '', allow_quoted_nulls = false)"
    read = read if sink.format == "csv" else "read_parquet({})"
    values = ", ".join(f"{named(name)}::{kind} as {named(name)}" for name, kind in typed.items())
    return f"select {values} from {read.format(paths)}"


def content(connection: Connection, table: str, columns: Iterable[str]) -> str:
    """The number and hash of a table's rows, whatever their order."""
    ((hashed,),) = connection.execute(CONTENT.format(columns=", ".join(map(named, columns)), table=table)).fetchall()
    return str(hashed)
