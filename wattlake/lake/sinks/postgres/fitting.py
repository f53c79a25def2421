"""Fit a sink's tables to those that are there: refuse what differs, add the columns we lack."""

from collections.abc import Sequence

from wattlake.lake.sinks.description import Sink
from wattlake.lake.sinks.errors import SinkError
from wattlake.lake.sinks.postgres import tables as ddl
from wattlake.lake.sinks.postgres.progress import LOADS, Progress, Record
from wattlake.lake.sinks.postgres.server import Server
from wattlake.lake.sinks.postgres.structure import TableThere, missing_columns, structures
from wattlake.lake.sinks.tables import SinkTable
from wattlake.lake.sql import named


def fit(server: Server, sink: Sink, tables: Sequence[SinkTable], progress: Progress) -> None:
    """Check the tables that are there, and add the columns that those which we made lack.

    A column is added in a transaction of its own: readers wait for that, and not for the load.

    Raises:
        SinkError: a table has a structure into which the sink's columns do not fit.
    """
    there = structures(server, sink.namespace)
    records = progress.records() if LOADS in there else {}
    for table in tables:
        if table.target in there:
            for name in _missing(server, sink, table, there[table.target], records.get(table.table)):
                server.execute(
                    f"set lock_timeout = '{sink.wait_seconds}s'; {ddl.add_column(sink.namespace, table, name)}"
                )


def _missing(server: Server, sink: Sink, table: SinkTable, there: TableThere, record: Record | None) -> list[str]:
    """List the columns to be added to a table of ours; a user's must have them all."""
    where = f"The table {sink.namespace}.{table.target} in {sink.address}"
    missing = missing_columns(table, there, where)
    is_known = record is not None and record.target == table.target
    if record and is_known and record.made_here:
        return missing
    if missing:
        raise SinkError(
            f"{where} has another structure, and nothing was written: it has no column `{missing[0]}`. Add it "
            f"({ddl.column(table, missing[0])}), or say in `columns` which of its columns ours are for."
        )
    if not is_known and server.rows(f"select 1 from {named(sink.namespace)}.{named(table.target)} limit 1"):
        raise SinkError(
            f"{where} has rows that this sink did not load, and nothing was written. Empty it, or name another "
            f"table: `name` in [table.{table.table.partition('.')[2]}] of sinks/{sink.name}.toml."
        )
    return []
