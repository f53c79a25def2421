"""Restoring a lake from a backup: its files, each checked by its hash, then the catalog.

Until the catalog is there, there is no lake; a restore that was broken off goes on where it stopped.
"""

import json
import os
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import zstandard

from wattlake.lake.maintenance.backup_manifest import FILES, Manifest
from wattlake.lake.maintenance.catalog_copy import load_catalog
from wattlake.lake.settings import Settings
from wattlake.lake.sql import scalar
from wattlake.lake.store.connection import catalog_database, connect
from wattlake.lake.store.copying import Copy, DamagedFileError, Stored, copy_file, copy_files, hashed
from wattlake.lake.store.files import Storage
from wattlake.lake.store.identity import mark_folder

BEGUN = "restoring.json"
"""The file that names the backup a place is restored from, until the restore is done."""
OF_A_LAKE = ("tables", "landing", "models")


@dataclass(frozen=True)
class Restored:
    """The progress of a restore: files done, of how many, and their bytes."""

    done: int
    total: int
    bytes_restored: int


class PlaceTakenError(ValueError):
    """The place where a lake was to be restored is not empty."""


def restore(settings: Settings, backups: Settings, manifest: Manifest) -> Iterator[Restored]:
    """Restore a lake from a backup to the place that the settings name, which must be empty.

    A lake that comes back to where it was lost keeps its identity; at any other place it is a copy, with its own.

    Args:
        settings: where the lake is to be; its catalog may be of the other kind than it was.
        backups: the settings of a lake at the backup's place.
        manifest: the backup.

    Yields:
        After each file, how far it has come.

    Raises:
        PlaceTakenError: a lake, or files of one, are there.
        DamagedFileError: files of the backup are lost or damaged. The others are restored, but there is no lake.
    """
    target = Storage(settings)
    expect_empty(settings, manifest)
    target.write(BEGUN, json.dumps(_begun(manifest)).encode())
    files = dict(_there(target, manifest))
    missing = {name: file for name, file in manifest.files.items() if name not in files}
    copies = [Copy(f"{FILES}/{name}", name, file.size, file.sha256) for name, file in missing.items()]
    size = sum(file.size for file in files.values())
    yield Restored(len(files), len(manifest.files), size)
    damaged: list[str] = []
    for copy, outcome in copy_files(partial(Storage, backups), partial(Storage, settings), copies):
        if isinstance(outcome, Stored):
            files[copy.target] = outcome
            size += outcome.size
            yield Restored(len(files), len(manifest.files), size)
        else:
            damaged.append(str(outcome))
    if damaged:
        raise DamagedFileError(_told(damaged))
    _restore_catalog(settings, Storage(backups), manifest)
    target.remove(BEGUN)


def expect_empty(settings: Settings, manifest: Manifest) -> None:
    """Refuse a place that holds more than what a restore of the same backup left.

    Raises:
        PlaceTakenError: says what is there.
    """
    target = Storage(settings)
    begun = None
    with suppress(FileNotFoundError, ValueError):
        begun = json.loads(target.read(BEGUN))
    if begun is not None and begun == _begun(manifest) and not has_catalog(settings):
        return
    there = [name for folder in OF_A_LAKE for name in target.names(folder)]
    if there or has_catalog(settings):
        what = f"{len(there):,} files of a lake are at {settings.data}" if there else "its catalog holds tables"
        raise PlaceTakenError(
            f"A lake is restored to an empty place only, and {what}. Nothing was changed. Name another place in "
            "WATTLAKE_DATA and WATTLAKE_CATALOG; or move away what is there, if it is what you want to replace."
        )


def _begun(manifest: Manifest) -> dict[str, str]:
    return {"backup": manifest.taken_at_utc, "of": manifest.lake}


def has_catalog(settings: Settings) -> bool:
    """Say whether a SQLite catalog exists, or a PostgreSQL catalog holds tables of a lake."""
    if not settings.is_postgres:
        return settings.catalog_file.exists()
    with closing(connect(settings)) as connection:
        connection.execute(catalog_database(settings, "postgres", read_only=True))
        is_made = "select count(*) from duckdb_tables() where database_name = 'postgres' and table_name = ?"
        if not scalar(connection, is_made, ["ducklake_table"]):
            return False
        return scalar(connection, "select count(*) from postgres.ducklake_table") > 0


def _there(target: Storage, manifest: Manifest) -> Iterator[tuple[str, Stored]]:
    """List the files that are at their place already, with the bytes they must have."""
    for folder in OF_A_LAKE:
        for name in target.names(folder):
            if name in manifest.files and hashed(target, name) == manifest.files[name]:
                yield name, manifest.files[name]


def _restore_catalog(settings: Settings, backups: Storage, manifest: Manifest) -> None:
    """Put the backup's catalog in its place, as that of the lake that the settings name."""
    its_id = manifest.lake_id if settings.data == manifest.lake else str(uuid4())
    with TemporaryDirectory(prefix="wattlake-restore-", dir=_beside_the_catalog(settings)) as folder:
        unpacked = Storage(settings.elsewhere(folder))
        wanted = manifest.catalog_file
        packed, plain = Path(folder) / "packed", Path(folder) / "catalog.sqlite"
        copy_file(backups, unpacked, Copy(manifest.catalog, packed.name, wanted.size, wanted.sha256))
        with packed.open("rb") as source, plain.open("wb") as target:
            zstandard.ZstdDecompressor().copy_stream(source, target)
            os.fsync(target.fileno())
        if its_id:
            mark_folder(settings, its_id)
        load_catalog(settings, plain, its_id)


def _beside_the_catalog(settings: Settings) -> Path | None:
    """Make and give a SQLite catalog's folder: on its disk, one step puts a file in its place."""
    if settings.is_postgres:
        return None
    settings.catalog_file.parent.mkdir(parents=True, exist_ok=True)
    return settings.catalog_file.parent


def _told(damaged: list[str]) -> str:
    several = f" and {len(damaged) - 1:,} more are lost or damaged" if len(damaged) > 1 else ""
    return (
        f"{damaged[0].rstrip('.')}{several}. The lake was not restored: restore an older backup with --at, or what can "
        "be landed and built anew from the archive with --from-landing."
    )
