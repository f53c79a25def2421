"""Removal of orphans: files that no catalog names, as killed writes leave them.

It never removes another catalog's files, and never many that no catalog names without being asked.
"""

from datetime import UTC, datetime
from typing import NamedTuple

from wattlake.lake.maintenance.scheduled_files import refuse_live_files
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection
from wattlake.lake.store.files import Storage
from wattlake.lake.store.identity import expect_removal_allowed

ORPHANS_PCT = 10.0
"""The largest share of the tables' bytes, in %, that orphans may have to be removed unasked.

Orphans are files that no catalog names.
"""


class Removed(NamedTuple):
    """The outcome of a removal.

    It counts the files removed, and the files and bytes that were left because they are too large a share.
    """

    files: int
    files_left: int = 0
    bytes_left: int = 0


def remove_orphans(
    connection: Connection, settings: Settings, *, before_utc: datetime, orphans_pct: float = ORPHANS_PCT
) -> Removed:
    """Remove the files that a killed write left behind before a time.

    Where those left behind are more than a share of the tables' bytes, they are all left: a catalog that has lost
    its memory takes every file for one of them.

    Raises:
        LiveFileError: DuckLake would remove a file that is needed.
        IdentityError: the folder's files are another catalog's.
    """
    expect_removal_allowed(settings, connection)
    older_than = f"older_than => timestamptz '{before_utc.astimezone(UTC):%Y-%m-%d %H:%M:%S}+00'"
    orphans = f"ducklake_delete_orphaned_files('lake', dry_run => {{}}, {older_than})"
    files, size, of_all = _share(connection, settings, orphans.format("true"))
    if size > of_all * orphans_pct / 100:
        return Removed(0, files, size)
    return Removed(_remove(connection, orphans))


def _remove(connection: Connection, function: str) -> int:
    doomed = connection.execute(f"select path from {function.format('true')}").fetchall()
    refuse_live_files(connection, [path for (path,) in doomed])
    return len(connection.execute(f"call {function.format('false')}").fetchall())


def _share(connection: Connection, settings: Settings, orphans: str) -> tuple[int, int, int]:
    """Count the orphans and their bytes, and the bytes of all files of tables."""
    names = {path.rpartition("/")[2] for (path,) in connection.execute(f"select path from {orphans}").fetchall()}
    if not names:
        return 0, 0, 0
    sizes = Storage(settings).sizes("tables")
    size = sum(size for name, size in sizes.items() if name.rpartition("/")[2] in names)
    return len(names), size, sum(sizes.values())
