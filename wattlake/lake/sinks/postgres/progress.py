"""What a PostgreSQL target says of what was loaded: two tables, written with the others."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from wattlake.lake.sinks.differences import Difference
from wattlake.lake.sinks.postgres.server import ATTACHED, Server
from wattlake.lake.sinks.source import Loaded, Source
from wattlake.lake.sinks.tables import SinkTable
from wattlake.lake.sql import literal, named, quoted

LOADS, SLICES = "wattlake_load", "wattlake_slice"
MAKE = """
create table if not exists {schema}.wattlake_load (
    sink text not null, table_name text not null, target text not null, made_here boolean not null,
    lake_id text not null, snapshot_id bigint not null, committed_at text not null, fingerprint text not null,
    loaded_at timestamptz not null default now(), primary key (sink, table_name)
);
create table if not exists {schema}.wattlake_slice (
    sink text not null, table_name text not null, first_day date not null, content text not null,
    primary key (sink, table_name, first_day)
);
comment on table {schema}.wattlake_load is 'One row is a table that Wattlake loads, and its snapshot';
comment on table {schema}.wattlake_slice is 'One row is a hash of what Wattlake loaded for one day of a table';
"""


@dataclass(frozen=True)
class Record:
    """The row of a table in ``wattlake_load``.

    Attributes:
        target: the name of the table there.
        made_here: whether the table was made by a load, and not by the user.
        loaded: what was loaded, without its slices.
    """

    target: str
    made_here: bool
    loaded: Loaded


@dataclass(frozen=True)
class Progress:
    """The progress of one sink in one schema."""

    server: Server
    sink: str
    schema: str

    def make(self) -> None:
        """Make both tables where they are not there yet."""
        there = f"select 1 from pg_tables where schemaname = {quoted(self.schema)} and tablename = {quoted(SLICES)}"
        if not self.server.rows(there):
            self.server.execute(MAKE.format(schema=named(self.schema)))
            self.server.forget_structure()

    def records(self) -> dict[str, Record]:
        """Read the rows of all tables of the sink."""
        rows = self.server.rows(
            "select table_name, target, made_here, lake_id, snapshot_id, committed_at, fingerprint "
            f"from {named(self.schema)}.{LOADS} where sink = {quoted(self.sink)}"
        )
        return {
            table: Record(target, made_here, Loaded(lake_id, snapshot_id, committed_at, fingerprint, {}))
            for table, target, made_here, lake_id, snapshot_id, committed_at, fingerprint in rows
        }

    def slices(self) -> Mapping[str, Mapping[date, str]]:
        """Read the hashes of all slices, by table."""
        by_table: dict[str, dict[date, str]] = {}
        for table, first_day, content in self.server.rows(
            f"select table_name, first_day, content from {named(self.schema)}.{SLICES} where sink = {quoted(self.sink)}"
        ):
            by_table.setdefault(table, {})[first_day] = content
        return by_table

    def forget(self, table: SinkTable) -> None:
        """Take back what is said of a table."""
        of_table = f"sink = {quoted(self.sink)} and table_name = {quoted(table.table)}"
        for name in (LOADS, SLICES):
            self.server.execute(f"delete from {named(self.schema)}.{name} where {of_table}")

    def store(self, lake: Source, difference: Difference, made_here: bool) -> None:
        """Record that a table is as in the lake's snapshot, with hashes of the slices that changed."""
        table, schema = difference.table, named(self.schema)
        ours = f"sink = {quoted(self.sink)} and table_name = {quoted(table.table)}"
        values = (self.sink, table.table, table.target)
        made_by = (lake.lake_id, lake.committed_at, lake.fingerprint(table))
        lake_id, committed_at, fingerprint = map(quoted, made_by)
        self.server.execute(
            f"delete from {schema}.{LOADS} where {ours}; insert into {schema}.{LOADS} values "
            f"({', '.join(map(quoted, values))}, {made_here}, {lake_id}, {lake.snapshot_id}, {committed_at}, "
            f"{fingerprint})"
        )
        if not difference.slices:
            return
        days = ", ".join(map(literal, sorted(difference.slices)))
        self.server.execute(f"delete from {schema}.{SLICES} where {ours} and first_day in ({days})")
        if difference.changed:
            rows = ", ".join(f"({literal(day)}, {quoted(content)})" for day, content in difference.changed.items())
            lake.connection.execute(
                f"insert into {ATTACHED}.{schema}.{SLICES} select {quoted(self.sink)}, {quoted(table.table)}, * "
                f"from (values {rows})"
            )
