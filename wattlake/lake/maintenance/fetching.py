"""Fetch damaged files back from a backup."""

from collections.abc import Mapping, Sequence

import zstandard

from wattlake.lake.landing.packs import hash_of_payload, read_archived
from wattlake.lake.maintenance.backup_manifest import FILES, expect_backups, manifest_of
from wattlake.lake.maintenance.verification import LANDINGS, Fault, NamedFile
from wattlake.lake.store.copying import Copy, DamagedFileError, Stored, copy_file
from wattlake.lake.store.files import Storage
from wattlake.lake.store.lake import Lake
from wattlake.lake.store.table_files import TableFile


def fetch_from_backup(lake: Lake, backups: Storage, faults: Sequence[Fault]) -> list[str]:
    """Copy damaged files back from the newest backup that has each as it was; give their paths.

    Raises:
        NoBackupError: the place has no backup.
    """
    storage, missing = Storage(lake.settings), [fault.file for fault in faults if fault.file is not None]
    fetched: list[str] = []
    for at in reversed(expect_backups(backups)):
        stored = manifest_of(backups, at).files
        for file in [file for file in missing if file.path not in fetched]:
            try:
                is_there = _fetch(backups, storage, file, stored)
            except (OSError, DamagedFileError, zstandard.ZstdError):
                continue
            fetched += [file.path] if is_there else []
    return fetched


def _fetch(backups: Storage, storage: Storage, file: NamedFile, stored: Mapping[str, Stored]) -> bool:
    """Copy one file from a backup; say whether that has it."""
    if file.path in stored:
        its = stored[file.path]
        if isinstance(file, TableFile) and (its.size != file.size or file.sha256 not in (None, its.sha256)):
            return False
        copy_file(backups, storage, Copy(f"{FILES}/{file.path}", file.path, its.size, its.sha256))
        return True
    if file.table != LANDINGS:
        return False
    payload = read_archived(backups, f"{FILES}/{file.path}")  # It may be in a pack of the backup.
    if hash_of_payload(payload) != file.sha256:
        return False
    storage.write(file.path, payload)
    return True
