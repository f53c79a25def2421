"""The modes of a lake's files: who may read them.

Their owner alone may, or with ``WATTLAKE_FILES_FOR=group`` the owner's group, too. DuckDB, SQLite and Prefect make
files of their own, so it is the process whose mask is set, before it makes any.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wattlake.lake.settings import Settings

OWNER_ALONE, WITH_GROUP = 0o077, 0o007


def keep_to_owner() -> None:
    """Let only the owner read the files that this process, and those it starts, will make."""
    os.umask(OWNER_ALONE)


def set_mask(settings: "Settings") -> None:
    """Let those whom the settings name read the files that this process will make."""
    os.umask(WITH_GROUP if settings.files_for == "group" else OWNER_ALONE)


def file_mode(settings: "Settings") -> int:
    """Give the mode that a file of the lake should have.

    It is for files whose maker would give them fewer rights than the mask leaves.
    """
    return 0o666 & ~(WITH_GROUP if settings.files_for == "group" else OWNER_ALONE)


def open_catalog(settings: "Settings") -> None:
    """Give a SQLite catalog and its side files their mode.

    SQLite makes them read-only for a group.
    """
    for side in ("", "-wal", "-shm"):
        file = Path(f"{settings.catalog_file}{side}")
        if file.exists():
            file.chmod(file_mode(settings))
