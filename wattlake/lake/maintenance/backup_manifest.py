"""A backup's manifest, which makes it whole.

It is the last file that is written of a backup, so that one which was broken off is none. A place holds many backups of
one lake: ``files/`` holds each file once, whichever backups it is in, ``catalogs/`` a catalog and ``backups/`` a
manifest for each. Names of manifests are times, so their order is that of the backups.
"""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import PurePath

import zstandard

from wattlake.lake.store.copying import Stored
from wattlake.lake.store.files import Storage

FORMAT = 1
FOLDER = "backups"
FILES = "files"
TAKEN_AT = "%Y%m%dT%H%M%S.%fZ"


class NoBackupError(ValueError):
    """There is no backup at a place, or none as old as wanted."""


@dataclass(frozen=True)
class Manifest:
    """A whole backup.

    Attributes:
        taken_at_utc: when its catalog was read, in ISO format: what was committed by then is in it.
        lake_id: the identity of the lake.
        lake: where its data were.
        snapshot_id: the newest snapshot in it.
        catalog: the packed catalog's name at the backup's place.
        catalog_file: its size and hash.
        files: the lake's files, by their paths below the lake's data.
        format: of the backup.
    """

    taken_at_utc: str
    lake_id: str
    lake: str
    snapshot_id: int
    catalog: str
    catalog_file: Stored
    files: dict[str, Stored]
    format: int = FORMAT

    @property
    def taken_at(self) -> datetime:
        """The time when its catalog was read."""
        return datetime.fromisoformat(self.taken_at_utc)

    @property
    def size(self) -> int:
        """The bytes that its files and its catalog come to."""
        return self.catalog_file.size + sum(file.size for file in self.files.values())


def publish(backups: Storage, manifest: Manifest) -> str:
    """Write a manifest, which completes its backup; give the manifest's name.

    All that it names must be there.
    """
    name = f"{FOLDER}/{manifest.taken_at:{TAKEN_AT}}.json.zst"
    packed = zstandard.ZstdCompressor(write_checksum=True).compress(json.dumps(asdict(manifest)).encode())
    backups.write(name, packed)
    return name


def taken_at(backups: Storage) -> list[datetime]:
    """List the times at which the backups at a place were taken, the oldest first."""
    names = (PurePath(name).name.removesuffix(".json.zst") for name in backups.names(FOLDER))
    return [datetime.strptime(name, TAKEN_AT).replace(tzinfo=UTC) for name in names]


def expect_backups(backups: Storage) -> list[datetime]:
    """List the times of the backups at a place, the oldest first; there must be one.

    Raises:
        NoBackupError: there is none.
    """
    if times := taken_at(backups):
        return times
    raise NoBackupError(f"There is no backup at {backups.root}. `wattlake backup {backups.root}` makes one.")


def manifest_of(backups: Storage, at: datetime | None = None) -> Manifest:
    """Read the manifest of a place's newest backup, or of the newest taken by a time (aware).

    Raises:
        NoBackupError: there is none.
        ValueError: its manifest is damaged, or was written by a newer version.
    """
    times = expect_backups(backups)
    wanted = [time for time in times if at is None or time <= at]
    if at is not None and not wanted:
        raise NoBackupError(
            f"There is no backup as old as {at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC at {backups.root}: the oldest "
            f"was taken at {times[0]:%Y-%m-%d %H:%M:%S} UTC."
        )
    name = f"{FOLDER}/{wanted[-1]:{TAKEN_AT}}.json.zst"
    try:
        content = json.loads(zstandard.ZstdDecompressor().decompressobj().decompress(backups.read(name)))
    except (zstandard.ZstdError, ValueError) as error:
        older = "Restore an older backup with --at."
        raise ValueError(f"The manifest {name} at {backups.root} is damaged ({error}). {older}") from error
    if content["format"] > FORMAT:
        raise ValueError(
            f"The backup {name} is of format {content['format']}, expected at most {FORMAT}: update Wattlake."
        )
    files = {path: Stored(**file) for path, file in content["files"].items()}
    return Manifest(**content | {"catalog_file": Stored(**content["catalog_file"]), "files": files})
