"""Land the files of a folder of this machine."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.landing.files import land_files
from wattlake.lake.landing.headers import header_of
from wattlake.lake.landing.payloads import Origin
from wattlake.lake.store.lake import Lake
from wattlake.tasks.landing.inbox_files import files_of
from wattlake.tasks.landing.inboxes import unread
from wattlake.tasks.sources import Inbox
from wattlake.tasks.sources._folder import refused_entries

logger = logging.getLogger("wattlake.ingest")


@dataclass(frozen=True)
class Landed:
    """The progress of a landing: questions or files done, of how many, and the rows of the last."""

    done: int
    total: int
    rows: int


def land_folder(lake: Lake, described: Inbox, origin: Origin, inbox: Path) -> Iterator[Landed]:
    """Land the files of a folder, or one file.

    Yields:
        After each batch of files, how far it came.

    Raises:
        ValueError: there is no such path, no file to land in it, or a file that cannot be read; the others were landed.
    """
    done = 0
    paths, mapped, _, left_out = files_of(described, inbox)
    mapping_files = {file: mapping for file, mapping in mapped.items() if not _is_register(described, file)}
    for sentence in unread(described, inbox):
        logger.warning("not landed: %s", sentence)
    refused = [UnreadableFileError(str(file), fault) for file, fault in refused_entries(inbox).items()]
    refused += [
        UnreadableFileError(str(file), f"was read without {member}")
        for file, members in left_out.items()
        for member in members
        if member.is_of_readings
    ]
    for files, rows in land_files(lake, origin, paths, described.layouts, mapping_files, refused):
        done += files
        yield Landed(done, len(paths), rows)


def _is_register(described: Inbox, file: Path) -> bool:
    """Say whether a file beside a mapping is a register, which no mapping describes."""
    try:
        return bool(described.registers and header_of(file, described.name, described.registers))
    except UnreadableFileError:  # It is told where the file is landed.
        return False
