"""Sinks of Parquet or CSV files at any address: a file for each month, a manifest last.

A file is never changed: a month that differs gets another one, under a name that nobody had. Who reads what the
manifest lists never sees half a load; files that it listed before stay until the next load, for who still reads them.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from uuid import uuid4

from wattlake.lake.sinks.description import Sink
from wattlake.lake.sinks.differences import Difference
from wattlake.lake.sinks.errors import SinkError
from wattlake.lake.sinks.manifest import Manifest, TableEntry, read_manifest
from wattlake.lake.sinks.slices import WHOLE, Unit, condition
from wattlake.lake.sinks.source import Loaded, Source
from wattlake.lake.sinks.storage import SinkStorage, storage_told
from wattlake.lake.sinks.tables import SinkTable
from wattlake.lake.sql import Connection, named, quoted, scalar

FORMATS = {"parquet": "format parquet, compression zstd", "csv": "format csv, header, nullstr '', force_quote *"}
UNSAFE = '/\\:*?"<>|'


@contextmanager
def files(_connection: Connection, sink: Sink) -> Iterator["FilesTarget"]:
    """Open a sink of files."""
    with storage_told(sink), tempfile.TemporaryDirectory(prefix="wattlake-sink-") as folder:
        yield FilesTarget(sink, SinkStorage(sink), Path(folder))


@dataclass
class FilesTarget:
    """A place with files of tables, opened by a load.

    Attributes:
        sink: the sink.
        storage: its files.
        folder: where a file is made before it goes there.
        manifest: of the load before.
        entries: of this load, by table.
        lake: what this load reads, once it has read.
        unit: a month is a file.
    """

    sink: Sink
    storage: SinkStorage
    folder: Path
    manifest: Manifest | None = None
    entries: dict[str, TableEntry] = field(default_factory=dict)
    lake: Source | None = None
    unit: Unit = "month"

    def prepare(self, tables: Sequence[SinkTable]) -> None:
        """Read the manifest.

        Raises:
            SinkError: it is no manifest, or a table's name cannot be that of a folder.
        """
        for table in tables:
            if set(table.target) & set(UNSAFE) or table.target.startswith("."):
                raise SinkError(f"`{table.target}` cannot be a folder's name. Give the table another `name`.")
        self.manifest = read_manifest(self.storage)

    def begin(self, tables: Sequence[SinkTable], anew: bool) -> None:
        """Forget what was loaded, where all is to be loaded anew."""
        self.entries = {} if anew else dict(self.manifest.tables if self.manifest else {})

    def loaded(self, tables: Sequence[SinkTable]) -> Mapping[str, Loaded]:
        """Read what the manifest says of each table."""
        if self.manifest is None or not self.entries:
            return {}
        of_tables = {table.table: self.manifest.loaded(table) for table in tables}
        return {name: loaded for name, loaded in of_tables.items() if loaded}

    def replace(self, lake: Source, difference: Difference) -> int:
        """Write a new file for each month that differs."""
        self.lake, table, rows = lake, difference.table, 0
        before = self.entries.get(table.table) or TableEntry(table.target, "", {})
        entry = before.after(lake, difference)
        listed = dict(entry.files)
        for month in sorted(difference.changed):
            name = self._name(table, month, lake.snapshot_id)
            rows += self._write(lake, table, month, name)
            listed[month.isoformat()] = [name]
        self.entries[table.table] = TableEntry(entry.target, entry.fingerprint, entry.slices, listed)
        return rows

    def finish(self) -> None:
        """Write the manifest, then remove the files that neither it nor the one before lists."""
        if self.lake is None:
            return
        before = set(self.manifest.files) if self.manifest else set()
        manifest = Manifest(
            self.lake.lake_id, self.lake.snapshot_id, self.lake.committed_at, self.entries,
            replaced=sorted(before - {name for entry in self.entries.values() for name in entry.all_files}),
        )  # fmt: skip
        manifest.write(self.storage)
        for name in self.manifest.replaced if self.manifest else ():
            self.storage.remove(name)

    def _name(self, table: SinkTable, month: date, snapshot_id: int) -> str:
        folder = table.target if month == WHOLE else f"{table.target}/wattlake_month={month:%Y-%m}"
        return f"{folder}/{snapshot_id}-{uuid4().hex[:12]}.{self.sink.format}"

    def _write(self, lake: Source, table: SinkTable, month: date, name: str) -> int:
        file = self.folder / f"file.{self.sink.format}"
        where = condition(table.sliced_by, None if month == WHOLE else [month], self.unit)
        listed = ", ".join(self._value(table, target) for target in table.columns)
        order = f"order by {named(table.sliced_by)}" if table.sliced_by else ""
        query = f"select {listed} from {table.table} where {where} {order}"
        rows = scalar(lake.connection, f"copy ({query}) to {quoted(str(file))} ({FORMATS[self.sink.format]})")
        self.storage.put(file, name)
        file.unlink()
        return rows

    def _value(self, table: SinkTable, target: str) -> str:
        """Write a column as it is there: in Parquet, an instant with its zone, UTC."""
        column = table.columns[target]
        has_zone = column.sql_type == "timestamp" and self.sink.format == "parquet"
        return f"{named(column.name)}{'::timestamptz' if has_zone else ''} as {named(target)}"
