"""The process that runs one query of a reader.

It opens the lake, gives up all it can, checks the query, and runs it. It is told everything on standard input, for its
environment is empty, and answers on a channel of its own, which no library prints to: an empty line when the lake is
open, a line of JSON, then the rows as an Arrow stream. Time, memory and the size of the answer are limited by who
started it.
"""

import json
import os
import sys
from itertools import count
from typing import Any, BinaryIO

import duckdb
import pyarrow as pa

from wattlake.lake.models.guard import RefusedError
from wattlake.lake.models.query_check import check_query
from wattlake.lake.sql import use_lake

LOCKED = (
    "set enable_progress_bar = false",
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
NOT_SHOWN = ("month_day_nano_interval", "dense_union", "sparse_union")
NOT_OPENED = "The lake could not be opened for this query. `wattlake status` says what is wrong with it."
TOO_MUCH = "The query needs more memory than it may take. Ask for fewer days, rows or columns at a time."


def opened(task: dict[str, Any]) -> duckdb.DuckDBPyConnection:
    """Open the lake with a locked configuration that reaches no files but the lake's."""
    connection = duckdb.connect()
    for extension in task["extensions"]:
        connection.load_extension(extension)
    for statement in task["opening"]:
        connection.execute(statement)
    use_lake(connection)
    for statement in LOCKED:
        connection.execute(statement)
    return connection


def answer(connection: duckdb.DuckDBPyConnection, query: str, most_rows: int, channel: BinaryIO) -> None:
    """Run a query and write up to so many of its rows.

    Raises:
        RefusedError: it gives columns of a type that a table cannot show.
    """
    reader = connection.execute(query).to_arrow_reader(ROWS_A_BATCH)
    schema = shown(reader.schema)
    left = most_rows
    batches: list[pa.RecordBatch] = []
    for batch in reader:
        batches.append(pa.RecordBatch.from_arrays(batch.slice(0, left).columns, schema=schema))
        left -= batch.num_rows
        if left <= 0:
            break
    say({"is_cut": left < 0}, channel)
    with pa.ipc.new_stream(channel, schema) as stream:
        for batch in batches:
            stream.write_batch(batch)


def shown(schema: pa.Schema) -> pa.Schema:
    """Give each column of an answer a name of its own.

    Raises:
        RefusedError: one is of a type that a table cannot show.
    """
    names: list[str] = []
    for column in schema:
        if isinstance(column.type, pa.BaseExtensionType) or str(column.type).partition("<")[0] in NOT_SHOWN:
            raise RefusedError(f"The column `{column.name}` is of a type that cannot be shown. Cast it: `…::varchar`.")
        numbered = (f"{column.name}_{number}" if number else column.name for number in count())
        names.append(next(name for name in numbered if name not in names))
    return pa.schema([column.with_name(name) for column, name in zip(schema, names, strict=True)])


def say(message: dict[str, Any], channel: BinaryIO) -> None:
    """Write the line of JSON that comes before the rows."""
    channel.write(json.dumps(message).encode() + b"\n")


def main(channel: int) -> None:
    """Answer what is asked on standard input.

    Args:
        channel: the file descriptor to answer on.
    """
    with os.fdopen(channel, "wb") as answering:
        task = json.load(sys.stdin)
        try:
            connection = opened(task)
        except duckdb.Error:
            answering.write(b"\n")
            say({"error": NOT_OPENED}, answering)
            return
        answering.write(b"\n")
        answering.flush()
        try:
            check_query(connection, task["query"])
            answer(connection, task["query"], task["most_rows"], answering)
        except (duckdb.OutOfMemoryException, MemoryError):
            say({"error": TOO_MUCH}, answering)
        except (duckdb.Error, RefusedError) as error:
            say({"error": str(error)}, answering)
        except RecursionError:
            say({"error": "The query is nested too deeply."}, answering)
