"""The process that runs one query of a reader: it opens the lake, gives up all it can, checks the query, runs it.

It is told everything on standard input, for its environment is empty, and answers on standard output: a line of JSON,
then the rows as an Arrow stream. Time, memory and the size of the answer are limited by who started it.
"""

import json
import sys
from typing import Any

import duckdb
import pyarrow as pa

from app.dashboard.querying.guard import RefusedError, check

LOCKED = (
    "set autoload_known_extensions = false",
    "set autoinstall_known_extensions = false",
    "set allow_community_extensions = false",
    "set python_enable_replacements = false",
    "set python_scan_all_frames = false",
    "set max_temp_directory_size = '0B'",
    "set enable_external_access = false",
    "set lock_configuration = true",
)
ROWS_A_BATCH = 2_048
MEANS_SOMETHING = """
    select lower(view_name) from duckdb_views() where schema_name in ('main', 'pg_catalog', 'information_schema')
    union
    select lower(table_name) from duckdb_tables() where schema_name in ('main', 'pg_catalog', 'information_schema')
    union
    select lower(function_name) from duckdb_functions() where function_type like '%table%'
"""
"""Names that DuckDB understands without a schema, whatever the lake holds."""


def opened(told: dict[str, Any]) -> duckdb.DuckDBPyConnection:
    """A connection to the lake whose configuration is locked, and that reaches no files but the lake's."""
    connection = duckdb.connect()
    for extension in told["extensions"]:
        connection.load_extension(extension)
    for statement in (*told["opening"], *LOCKED):
        connection.execute(statement)
    return connection


def check_query(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    """Refuse a query that may not be asked.

    Raises:
        RefusedError: it may not.
    """
    existing = connection.execute(MEANS_SOMETHING).fetchall()
    (tree,) = connection.execute("select json_serialize_sql(?)", [query]).fetchall()[0]
    check(json.loads(tree), {name for (name,) in existing})


def answer(connection: duckdb.DuckDBPyConnection, query: str, most_rows: int) -> None:
    """Run a query and write up to so many of its rows."""
    reader = connection.execute(query).to_arrow_reader(ROWS_A_BATCH)
    left = most_rows
    batches: list[pa.RecordBatch] = []
    for batch in reader:
        batches.append(batch.slice(0, left))
        left -= batch.num_rows
        if left <= 0:
            break
    say({"is_cut": left < 0})
    with pa.ipc.new_stream(sys.stdout.buffer, reader.schema) as stream:
        for batch in batches:
            stream.write_batch(batch)


def say(told: dict[str, Any]) -> None:
    """Write the line of JSON that comes before the rows."""
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n")


def main() -> None:
    """Answer what is asked on standard input."""
    told = json.load(sys.stdin)
    try:
        connection = opened(told)
    except duckdb.Error:
        say({"error": "The lake could not be opened for this query. `wattlake status` says what is wrong with it."})
        return
    try:
        check_query(connection, told["query"])
        answer(connection, told["query"], told["most_rows"])
    except duckdb.OutOfMemoryException:
        say({"error": "The query needs more memory than it may take. Ask for fewer days, rows or columns at a time."})
    except (duckdb.Error, RefusedError) as error:
        say({"error": str(error)})
    except RecursionError:
        say({"error": "The query is nested too deeply."})


if __name__ == "__main__":
    main()
