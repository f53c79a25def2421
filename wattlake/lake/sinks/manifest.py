"""The manifest of a sink of files: what it holds, from which snapshot; it is written last."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from wattlake.lake.sinks.differences import Difference
from wattlake.lake.sinks.errors import SinkError
from wattlake.lake.sinks.source import Loaded, Source
from wattlake.lake.sinks.storage import SinkStorage
from wattlake.lake.sinks.tables import SinkTable

NAME = "wattlake.json"
FORMAT_VERSION = 1


@dataclass(frozen=True)
class TableEntry:
    """What a manifest says of a table.

    Attributes:
        target: its name there.
        fingerprint: of what made its rows.
        slices: the hash of each slice, by its first day.
        files: the files of each slice.
        version: the version of its Delta table; ``None`` where it is none.
    """

    target: str
    fingerprint: str
    slices: Mapping[str, str]
    files: Mapping[str, list[str]] = field(default_factory=dict)
    version: int | None = None

    @property
    def all_files(self) -> list[str]:
        """List the files of all slices."""
        return [name for names in self.files.values() for name in names]

    def after(self, lake: Source, difference: Difference) -> "TableEntry":
        """Give the entry that follows from replacing what differs."""
        kept = {
            day: content for day, content in self.slices.items() if date.fromisoformat(day) not in difference.slices
        }
        changed = {day.isoformat(): content for day, content in difference.changed.items()}
        files = {day: names for day, names in self.files.items() if day in kept}
        table = difference.table
        return TableEntry(table.target, lake.fingerprint(table), kept | changed, files, self.version)


@dataclass(frozen=True)
class Manifest:
    """The manifest: the lake's snapshot, and each table.

    Attributes:
        lake_id: the lake.
        snapshot_id: its snapshot.
        committed_at: when that was committed.
        tables: what is there of each table, by its name in the lake.
        replaced: files that the manifest before listed and this one does not; the next load removes them.
        format_version: of the manifest.
    """

    lake_id: str
    snapshot_id: int
    committed_at: str
    tables: Mapping[str, TableEntry]
    replaced: Sequence[str] = ()
    format_version: int = FORMAT_VERSION

    def loaded(self, table: SinkTable) -> Loaded | None:
        """Tell what is there of a table; nothing where it has another name there now."""
        entry = self.tables.get(table.table)
        if entry is None or entry.target != table.target:
            return None
        slices = {date.fromisoformat(day): content for day, content in entry.slices.items()}
        return Loaded(self.lake_id, self.snapshot_id, self.committed_at, entry.fingerprint, slices)

    @property
    def files(self) -> Iterator[str]:
        """List the files of all tables."""
        for entry in self.tables.values():
            yield from entry.all_files

    def write(self, storage: SinkStorage) -> None:
        """Write it, in place of the older one."""
        storage.replace(NAME, json.dumps(asdict(self), indent=1, ensure_ascii=False).encode())


def read_manifest(storage: SinkStorage) -> Manifest | None:
    """Read the manifest; ``None`` where nothing was loaded yet.

    Raises:
        SinkError: it is no manifest, or one of a newer version.
    """
    content = storage.read(NAME)
    if content is None:
        return None
    try:
        written: dict[str, Any] = json.loads(content)
        tables = {table: TableEntry(**entry) for table, entry in written.pop("tables").items()}
        manifest = Manifest(tables=tables, **written)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise SinkError(
            f"{NAME} at the sink is no manifest of Wattlake. Move it away, or name another place."
        ) from error
    if manifest.format_version != FORMAT_VERSION:
        raise SinkError(
            f"{NAME} at the sink has version {manifest.format_version}; this Wattlake writes {FORMAT_VERSION}."
        )
    return manifest
