"""A target of Delta tables: the months that differ are replaced in one commit of a table."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import DeltaError

from wattlake.lake.sinks.delta.columns import expect_fit, predicate, selected
from wattlake.lake.sinks.delta.commits import application, commit_of, create
from wattlake.lake.sinks.description import Sink
from wattlake.lake.sinks.differences import Difference
from wattlake.lake.sinks.errors import SinkError
from wattlake.lake.sinks.manifest import Manifest, TableEntry, read_manifest
from wattlake.lake.sinks.slices import Unit, condition
from wattlake.lake.sinks.source import Loaded, Source
from wattlake.lake.sinks.storage import SinkStorage, delta_options, storage_told
from wattlake.lake.sinks.tables import SinkTable
from wattlake.lake.sql import Connection, named, scalar

ROWS_AT_ONCE = 100_000


@contextmanager
def delta(connection: Connection, sink: Sink) -> Iterator["DeltaTarget"]:
    """Open a sink's folder of Delta tables."""
    with storage_told(sink):
        try:
            yield DeltaTarget(sink, SinkStorage(sink))
        except DeltaError as error:
            raise OSError(re.split(r"\s0: ", str(error))[0]) from error  # What follows is where in Rust it was.


@dataclass
class DeltaTarget:
    """A folder of Delta tables, opened by a load.

    Attributes:
        sink: the sink.
        storage: its files.
        manifest: of the load before.
        entries: of this load, by table.
        lake: what this load reads, once it has read.
        opened: the tables that were looked for, by name; ``None`` where there is none.
        unit: a month is replaced at once.
    """

    sink: Sink
    storage: SinkStorage
    manifest: Manifest | None = None
    entries: dict[str, TableEntry] = field(default_factory=dict)
    lake: Source | None = None
    opened: dict[str, DeltaTable | None] = field(default_factory=dict)
    unit: Unit = "month"

    def prepare(self, tables: Sequence[SinkTable]) -> None:
        """Check the tables that are there.

        Raises:
            SinkError: one has another structure, or rows that this sink did not load.
        """
        self.manifest = read_manifest(self.storage)
        for table in tables:
            there = self._table(table)
            if there is None:
                continue
            is_ours = there.transaction_version(application(self.sink)) is not None
            if not is_ours and there.count():
                raise SinkError(f"{self._address(table)} has rows that this sink did not load. Name another place.")
            expect_fit(table, there, self._address(table))

    def begin(self, tables: Sequence[SinkTable], anew: bool) -> None:
        """Forget what was loaded, where all is to be loaded anew."""
        if anew:
            self.manifest = None

    def loaded(self, tables: Sequence[SinkTable]) -> Mapping[str, Loaded]:
        """Read what the manifest says of each table that is there."""
        if self.manifest is None:
            return {}
        of_tables = {table.table: self.manifest.loaded(table) for table in tables if self._table(table)}
        return {name: loaded for name, loaded in of_tables.items() if loaded}

    def replace(self, lake: Source, difference: Difference) -> int:
        """Replace the months that differ in one commit, which holds the lake's snapshot."""
        self.lake, table, rows = lake, difference.table, 0
        there = self._table(table)
        is_first = there is None or not self.manifest or not self.manifest.loaded(table)
        if there is None:
            there = create(self._address(table), table, delta_options(self.sink))
        if difference.slices or is_first:
            rows = self._write(there, lake, difference, is_whole=is_first or not table.slice_target)
            there.update_incremental()
        before = self.manifest.tables.get(table.table) if self.manifest and not is_first else None
        entry = (before or TableEntry(table.target, "", {})).after(lake, difference)
        self.entries[table.table] = replace(entry, version=there.version())
        return rows

    def finish(self) -> None:
        """Write the manifest: which version of each table is of the snapshot."""
        if self.lake:
            Manifest(self.lake.lake_id, self.lake.snapshot_id, self.lake.committed_at, self.entries).write(self.storage)

    def _write(self, there: DeltaTable, lake: Source, difference: Difference, is_whole: bool) -> int:
        table = difference.table
        where = condition(table.sliced_by, None if is_whole else difference.slices, self.unit)
        rows = scalar(lake.connection, f"select count(*) from {table.table} where {where}")
        # In order of their time, so that the bounds of files say which months are in them.
        order = f"order by {named(table.sliced_by)}" if table.sliced_by else ""
        answer = lake.connection.execute(f"select {selected(table)} from {table.table} where {where} {order}")
        write_deltalake(
            there,
            answer.to_arrow_reader(ROWS_AT_ONCE),
            mode="overwrite",
            predicate=None if is_whole else predicate(difference),
            schema_mode="merge",
            commit_properties=commit_of(self.sink, lake),
        )
        return rows

    def _address(self, table: SinkTable) -> str:
        return f"{self.storage.root}/{table.target}"

    def _table(self, table: SinkTable) -> DeltaTable | None:
        if table.target not in self.opened:
            address, options = self._address(table), delta_options(self.sink)
            is_there = DeltaTable.is_deltatable(address, options)
            self.opened[table.target] = DeltaTable(address, storage_options=options) if is_there else None
        return self.opened[table.target]
