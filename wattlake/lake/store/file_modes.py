"""Who may read the files of a lake: their owner alone, or with ``WATTLAKE_FILES_FOR=group`` the owner's group, too.

DuckDB, SQLite and Prefect make files of their own, so it is the process whose mask is set, before it makes any.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wattlake.lake.settings import Settings

OWNER_ALONE, WITH_GROUP = 0o077, 0o007


def keep_to_owner() -> None:
    """Make every file of this process, and of those it starts, for its owner alone."""
    os.umask(OWNER_ALONE)


def set_mask(settings: "Settings") -> None:
    """Make every file of this process for those whom the settings name."""
    os.umask(WITH_GROUP if settings.files_for == "group" else OWNER_ALONE)


def file_mode(settings: "Settings") -> int:
    """The mode of a file whose maker would give it fewer rights than the mask leaves."""
    return 0o666 & ~(WITH_GROUP if settings.files_for == "group" else OWNER_ALONE)


def open_catalog(settings: "Settings") -> None:
    """Give a SQLite catalog and its side files their mode: SQLite makes them read-only for a group."""
    for side in ("", "-wal", "-shm"):
        file = Path(f"{settings.catalog_file}{side}")
        if file.exists():
            file.chmod(file_mode(settings))
