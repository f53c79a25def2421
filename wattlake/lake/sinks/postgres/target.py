"""A PostgreSQL target: no table is dropped; days are replaced in one transaction."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from wattlake.lake.sinks.description import Sink
from wattlake.lake.sinks.differences import Difference
from wattlake.lake.sinks.errors import SinkError
from wattlake.lake.sinks.postgres import tables as ddl
from wattlake.lake.sinks.postgres.fitting import fit
from wattlake.lake.sinks.postgres.progress import Progress, Record
from wattlake.lake.sinks.postgres.server import ATTACHED, Server, attached
from wattlake.lake.sinks.postgres.structure import structures
from wattlake.lake.sinks.slices import Unit, condition
from wattlake.lake.sinks.source import Loaded, Source
from wattlake.lake.sinks.tables import SinkTable
from wattlake.lake.sql import Connection, named, quoted, scalar

STAGE = "wattlake_stage"


@contextmanager
def postgres(connection: Connection, sink: Sink) -> Iterator["PostgresTarget"]:
    """Open a sink's schema in PostgreSQL beside the lake."""
    with attached(connection, sink) as server:
        yield PostgresTarget(server, sink, Progress(server, sink.name, sink.namespace))


@dataclass
class PostgresTarget:
    """A sink's schema in PostgreSQL, opened by a load.

    Attributes:
        server: attached to the load's connection.
        sink: the sink.
        progress: what the schema says of what was loaded.
        made: tables that this load makes, whose keys come once their rows are there.
        records: of tables that were loaded before, by table.
        tables: all that the sink takes.
    """

    server: Server
    sink: Sink
    progress: Progress
    made: list[SinkTable] = field(default_factory=list)
    records: dict[str, Record] = field(default_factory=dict)
    tables: Sequence[SinkTable] = ()
    unit: Unit = "day"

    def prepare(self, tables: Sequence[SinkTable]) -> None:
        """Check the tables that are there, and add the columns that those which we made lack.

        Raises:
            SinkError: a table has a structure into which the sink's columns do not fit.
        """
        fit(self.server, self.sink, tables, self.progress)

    def begin(self, tables: Sequence[SinkTable], anew: bool) -> None:
        """Lock the schema against other loads, and make the tables that are missing.

        Raises:
            SinkError: another load is at work in the schema.
        """
        self.server.execute(f"set local lock_timeout = '{self.sink.wait_seconds}s'; set local timezone = 'UTC'")
        lock = quoted(f"wattlake {self.sink.namespace}")
        if not self.server.rows(f"select pg_try_advisory_xact_lock(hashtextextended({lock}, 0))")[0][0]:
            raise SinkError(f"Another load of {self.sink.address} is at work. Run it again once that has ended.")
        schema = self.sink.namespace
        if not self.server.rows(f"select 1 from pg_namespace where nspname = {quoted(schema)}"):
            self.server.execute(f"create schema {named(schema)}")
        self.progress.make()
        self.records, self.tables = self.progress.records(), tables
        there = structures(self.server, schema)
        self.made = [table for table in tables if table.target not in there]
        for table in self.made:
            self.server.execute(ddl.create(schema, table))
        for table in tables:
            if anew and table.target in there:
                self.server.execute(f"delete from {named(schema)}.{named(table.target)}")
            if anew or table in self.made or self._is_renamed(table):
                self.progress.forget(table)
        self.server.forget_structure()

    def loaded(self, tables: Sequence[SinkTable]) -> Mapping[str, Loaded]:
        """Read what the schema says of each table."""
        slices, kept = self.progress.slices(), self.progress.records()
        return {
            table.table: replace(kept[table.table].loaded, slices=slices.get(table.table, {}))
            for table in tables
            if table.table in kept
        }

    def replace(self, lake: Source, difference: Difference) -> int:
        """Delete the slices that differ, insert them as in the lake, and record the snapshot."""
        table, rows = difference.table, 0
        before = self.records.get(table.table)
        made_here = before.made_here if before else table in self.made
        if difference.slices:
            target = f"{named(self.sink.namespace)}.{named(table.target)}"
            if table not in self.made:
                days = condition(table.slice_target, difference.slices, self.unit)
                self.server.execute(f"delete from {target} where {days}")
            if difference.changed or not table.slice_target:
                rows = self._insert(lake, difference, made_here)
        self.progress.store(lake, difference, made_here)
        return rows

    def finish(self) -> None:
        """Give the tables that were made their keys, indexes and comments."""
        for statement in ddl.keys(self.sink.namespace, self.made, self.tables):
            self.server.execute(statement)

    def _insert(self, lake: Source, difference: Difference, made_here: bool) -> int:
        table, schema = difference.table, named(self.sink.namespace)
        slices = difference.changed.keys() if table.slice_target else None
        chosen = f"select {table.selected} from {table.table} where {condition(table.sliced_by, slices, self.unit)}"
        listed = ", ".join(map(named, table.columns))
        if made_here:
            return scalar(lake.connection, f"insert into {ATTACHED}.{schema}.{named(table.target)} ({listed}) {chosen}")
        # DuckDB takes some types for others: a numeric of any size for a double. PostgreSQL does not.
        self.server.execute(ddl.create(self.sink.namespace, replace(table, target=STAGE)))
        self.server.forget_structure()
        rows = scalar(lake.connection, f"insert into {ATTACHED}.{schema}.{STAGE} ({listed}) {chosen}")
        self.server.execute(
            f"insert into {schema}.{named(table.target)} ({listed}) select {listed} from {schema}.{STAGE}; "
            f"drop table {schema}.{STAGE}"
        )
        self.server.forget_structure()
        return rows

    def _is_renamed(self, table: SinkTable) -> bool:
        record = self.records.get(table.table)
        return record is not None and record.target != table.target
