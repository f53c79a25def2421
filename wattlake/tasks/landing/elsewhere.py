"""Land what is new in an inbox, wherever it is: its files are fetched, batch by batch."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from time import sleep

from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.landing.files import BATCH_BYTES, UnreadableFilesError
from wattlake.lake.landing.listing import Listed, Place
from wattlake.lake.landing.payloads import Origin
from wattlake.lake.landing.taken import Looks, record_taken
from wattlake.lake.store.lake import Lake
from wattlake.tasks.landing.folder import Landed, land_folder
from wattlake.tasks.sources import Inbox

logger = logging.getLogger("wattlake.ingest")

BATCH_FILES = 1_000
SECONDS_BETWEEN_LOOKS = 2.0
"""A file that somebody writes to has changed within them, or is taken for whole."""


def land_new_files(lake: Lake, described: Inbox, origin: Origin, inbox: Place) -> Iterator[Landed]:
    """Land the files of an inbox that were not taken as they are; each is read once.

    Yields:
        After each batch of files, how far it came.

    Raises:
        ValueError: there is no such place, or a file cannot be read; the others were landed.
    """
    with closing(Looks(lake, described.name, inbox)) as looks:
        try:
            looks.look()
            is_second = not inbox.is_atomic and any(looks.new(1, unchanged_since_before=False))
            if is_second:
                sleep(SECONDS_BETWEEN_LOOKS)
                looks.look()
        except FileNotFoundError as error:
            raise ValueError(str(error)) from error
        faults: list[UnreadableFileError] = []
        yield from land_seen(lake, described, origin, looks, faults, unchanged_since_before=is_second)
        if is_second:
            _tell_unfinished(looks)
    if faults:
        raise UnreadableFilesError(faults)


def _tell_unfinished(looks: Looks) -> None:
    """Log the first of the files that changed between two looks."""
    for first, *others in looks.new(BATCH_FILES, unchanged_since_before=False):
        more = " (and others are, too)" if others else ""
        logger.warning("%s/%s is being written to; the next ingest takes it%s", looks.inbox.address, first.name, more)
        return


def land_seen(
    lake: Lake,
    described: Inbox,
    origin: Origin,
    looks: Looks,
    faults: list[UnreadableFileError],
    *,
    unchanged_since_before: bool = False,
) -> Iterator[Landed]:
    """Land the new files of the last look.

    Args:
        lake: the lake.
        described: the source.
        origin: of the files.
        looks: at the inbox.
        faults: takes the files that cannot be read; these looks leave them alone until they have changed.
        unchanged_since_before: whether only files are landed that were the same at the look before.
    """
    done = 0
    for listed in looks.new(BATCH_FILES, unchanged_since_before=unchanged_since_before):
        for batch in _batches(listed):
            with TemporaryDirectory(prefix="wattlake-inbox-") as folder:
                mappings = _mappings_above(batch, looks.mappings())
                _fetch(looks.inbox, [*mappings, *batch], Path(folder))
                rows, refused = _land_batch(lake, described, origin, Path(folder), looks.inbox.address)
            faults += refused
            refused_paths = {fault.path for fault in refused}
            unreadable = [file for file in (*mappings, *batch) if f"{looks.inbox.address}/{file.name}" in refused_paths]
            looks.leave_alone(unreadable)
            taken = [file for file in (*mappings, *batch) if file not in unreadable]
            record_taken(lake, described.name, looks.inbox, taken, run_id=origin.run_id, now_utc=origin.fetched_at_utc)
            done += len(batch)
            yield Landed(done, done, rows)


def _batches(files: Sequence[Listed]) -> Iterator[list[Listed]]:
    """Group files so that a batch takes a bounded room on this machine."""
    batch: list[Listed] = []
    for file in files:
        if batch and sum(earlier.size for earlier in batch) + file.size > BATCH_BYTES:
            yield batch
            batch = []
        batch.append(file)
    if batch:
        yield batch


def _mappings_above(files: Sequence[Listed], mappings: Sequence[Listed]) -> list[Listed]:
    """List the mappings that lie beside or above some files."""
    folders = {str(parent) for file in files for parent in PurePosixPath(file.name).parents}
    return [mapping for mapping in mappings if str(PurePosixPath(mapping.name).parent) in folders]


def _fetch(inbox: Place, files: Sequence[Listed], folder: Path) -> None:
    for file in files:
        try:
            inbox.fetch(file.name, folder.joinpath(*filter(None, file.name.split("/"))))
        except FileNotFoundError:
            logger.warning("%s/%s was taken away before it was read", inbox.address, file.name)


def _land_batch(
    lake: Lake, described: Inbox, origin: Origin, folder: Path, address: str
) -> tuple[int, list[UnreadableFileError]]:
    """Land what was fetched; give the rows, and the files that cannot be read."""
    rows = 0
    try:
        for step in land_folder(lake, described, origin, folder):
            rows += step.rows
    except UnreadableFilesError as error:
        refused = [
            UnreadableFileError(fault.path.replace(str(folder), address), _reason(fault, str(folder), address))
            for fault in error.files
        ]
        return rows, refused
    except ValueError as error:  # Nothing of it is read by any rule.
        logger.warning("not landed: %s", str(error).replace(str(folder), address))
    return rows, []


def _reason(fault: UnreadableFileError, folder: str, address: str) -> str:
    return str(fault).replace(folder, address).removeprefix(f"{fault.path.replace(folder, address)} ")
