"""Backups: the catalog at one instant and all files it names, while others go on writing.

The catalog is read first. The files that it names never change, and housekeeping removes none that was named less than
a day ago; where one goes all the same before it was copied, the catalog is read anew. The manifest is written last.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import zstandard

from wattlake.lake.landing import archive_register, packs
from wattlake.lake.maintenance import backup_manifest
from wattlake.lake.maintenance.backup_manifest import FILES, Manifest
from wattlake.lake.maintenance.catalog_copy import known_hashes, lake_id, newest_snapshot, save_catalog, table_files
from wattlake.lake.settings import Settings
from wattlake.lake.store.copying import Copy, DamagedFileError, Stored, copy_files, hashed
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake

ATTEMPTS = 3
CATALOGS = "catalogs"


@dataclass(frozen=True)
class BackedUp:
    """The progress of a backup.

    Attributes:
        done: files of the lake that are in it.
        total: files of the lake that it needs.
        copied: files that were copied this time.
        bytes_copied: the bytes of these; at the end with those of the catalog.
        snapshot_id: the newest snapshot in it.
    """

    done: int
    total: int
    copied: int
    bytes_copied: int
    snapshot_id: int


class OtherLakeError(ValueError):
    """A place holds the backups of another lake."""


def back_up(lake: Lake, target: Settings, now_utc: datetime) -> Iterator[BackedUp]:
    """Back a lake up to a place where other backups of it may be, without copying files twice.

    Args:
        lake: the lake; nothing is written to it but what its archive's register lacks.
        target: the settings of a lake at the backup's place: a folder, or ``az://…``.
        now_utc: the present, the backup's name.

    Yields:
        After each file, how far it has come; at the end with the manifest.

    Raises:
        LakeNotFoundError: there is no lake.
        OtherLakeError: the place holds the backups of another lake.
        DamagedFileError: a file of the lake is lost, or has another size or hash than the catalog says.
    """
    for (source,) in lake.reader().execute("select distinct source from ops.landing").fetchall():
        archive_register.publish(lake, source)
    for attempt in range(1, ATTEMPTS + 1):
        try:
            yield from _attempt(lake, target, now_utc)
        except FileNotFoundError as error:
            if attempt == ATTEMPTS:
                raise DamagedFileError(
                    f"{error.filename or error} is named by the catalog of {lake.settings.data}, and is not there. "
                    "`wattlake verify` names everything that is lost. The backups that were taken before stay."
                ) from error
        else:
            return


def _attempt(lake: Lake, elsewhere: Settings, now_utc: datetime) -> Iterator[BackedUp]:
    target = Storage(elsewhere)
    with TemporaryDirectory(prefix="wattlake-backup-") as folder:
        catalog = Path(folder) / "catalog.sqlite"
        save_catalog(lake.settings, catalog)
        its_id, snapshot_id = lake_id(catalog), newest_snapshot(catalog)
        before = _newest_of_this_lake(target, its_id)
        needed = _needed_files(lake.settings, catalog)
        files = dict(_there(target, needed, before.files if before else {}))
        copied = bytes_copied = 0
        yield BackedUp(len(files), len(needed), copied, bytes_copied, snapshot_id)
        hashes = known_hashes(catalog)
        missing = [
            Copy(name, f"{FILES}/{name}", size, hashes.get(name)) for name, size in needed.items() if name not in files
        ]
        for copy, stored in copy_files(partial(Storage, lake.settings), partial(Storage, elsewhere), missing):
            if isinstance(stored, Exception):
                raise stored
            files[copy.source] = stored
            copied, bytes_copied = copied + 1, bytes_copied + stored.size
            yield BackedUp(len(files), len(needed), copied, bytes_copied, snapshot_id)
        name, packed = _store_catalog(target, catalog, now_utc)
    backup_manifest.publish(
        target, Manifest(now_utc.isoformat(), its_id, lake.settings.data, snapshot_id, name, packed, files)
    )
    yield BackedUp(len(files), len(needed), copied, bytes_copied + packed.size, snapshot_id)


def _store_catalog(target: Storage, catalog: Path, now_utc: datetime) -> tuple[str, Stored]:
    """Write a catalog to the place, packed; give its name there, and its size and hash."""
    name = f"{CATALOGS}/{now_utc:{backup_manifest.TAKEN_AT}}.sqlite.zst"
    packed = zstandard.ZstdCompressor(threads=-1, write_checksum=True).compress(catalog.read_bytes())
    target.write(name, packed)
    return name, Stored(len(packed), hashlib.sha256(packed).hexdigest())


def _newest_of_this_lake(target: Storage, its_id: str) -> Manifest | None:
    """Read the manifest of the newest backup at a place; ``None`` where there is none.

    Raises:
        OtherLakeError: it is of another lake.
    """
    if not backup_manifest.taken_at(target):
        return None
    newest = backup_manifest.manifest_of(target)
    if newest.lake_id != its_id:
        raise OtherLakeError(
            f"{target.root} holds backups of another lake, that of {newest.lake}. Name a place of its own for this "
            "one. (A lake that was restored to another place than the one it was lost from is another lake.)"
        )
    return newest


def _there(
    target: Storage, needed: Mapping[str, int | None], listed: Mapping[str, Stored]
) -> Iterator[tuple[str, Stored]]:
    """List the needed files at the place: as the last backup lists them, or hashed now."""
    sizes = target.sizes(FILES)
    for name, needed_size in needed.items():
        size = sizes.get(f"{FILES}/{name}")
        if name in listed and listed[name].size == size:
            yield name, listed[name]
        elif name not in listed and size is not None and needed_size in (None, size):
            yield name, hashed(target, f"{FILES}/{name}")


def _needed_files(settings: Settings, catalog: Path) -> dict[str, int | None]:
    """Map needed files, as paths below the lake's data, to their sizes in bytes, where known."""
    copy = Lake(settings.elsewhere(settings.data, str(catalog)), read_only=True)
    try:
        archived = (  # Payloads of the archive, and models.
            copy.reader()
            .execute("select archive_path from ops.landing union select artifact_path from ops.model order by all")
            .fetchall()
        )
    finally:
        copy.close()
    storage = Storage(settings)
    registers = [name for name in storage.names("landing") if "/register/" in name and "/noted/" not in name]
    payloads = packs.files_with(storage, [name for (name,) in archived])
    return table_files(catalog) | dict.fromkeys([*payloads, *registers])
