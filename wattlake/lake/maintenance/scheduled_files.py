"""Remove the files that no kept snapshot needs, once no read can be at them.

DuckLake schedules them. Its own function does not remove them here: with a SQLite catalog it compares times by their
day alone, so that it takes files that were scheduled a moment ago, and it knows no tables.
"""

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection
from wattlake.lake.store.files import Storage
from wattlake.lake.store.identity import METADATA, expect_removal_allowed

SCHEDULED = f"{METADATA}.ducklake_files_scheduled_for_deletion"
AT_ONCE = 8


class LiveFileError(RuntimeError):
    """A file was about to be removed that a snapshot still needs; nothing was removed."""


def remove_scheduled(
    connection: Connection, settings: Settings, *, before_utc: datetime, tables: Collection[str] | None = None
) -> int:
    """Remove the files that no kept snapshot has needed since a time; count them.

    A file goes before its entry: what a kill leaves is an entry, and a file that is gone already counts as removed.

    Args:
        connection: outside of any transaction.
        settings: of the lake.
        before_utc: what was scheduled later stays.
        tables: only their files; by default those of all.

    Raises:
        LiveFileError: a file is scheduled that a kept snapshot needs.
        IdentityError: the folder's files are another catalog's.
    """
    expect_removal_allowed(settings, connection)
    scheduled = connection.execute(
        f"select data_file_id, if(path_is_relative::boolean, 'tables/' || path, path) from {SCHEDULED} "
        f"where schedule_start::timestamptz < timestamptz '{before_utc.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}+00'"
    ).fetchall()
    folders = None if tables is None else tuple(f"tables/{table.replace('.', '/')}/" for table in tables)
    paths = {file_id: path.removeprefix(f"{settings.data}/") for file_id, path in scheduled}
    going = {file_id: path for file_id, path in paths.items() if folders is None or path.startswith(folders)}
    if going:
        refuse_live_files(connection, going.values())
        with ThreadPoolExecutor(AT_ONCE) as threads:
            list(threads.map(Storage(settings).remove, going.values()))
        connection.execute(f"delete from {SCHEDULED} where data_file_id in ({', '.join(map(str, going))})")
    return len(going)


def refuse_live_files(connection: Connection, paths: Collection[str]) -> None:
    """Refuse to remove a file that the catalog still names.

    Files are compared by name, of which no two have the same: DuckLake has mistaken live files for others before.

    Raises:
        LiveFileError: names the first.
    """
    named = " union all ".join(f"select path from {METADATA}.ducklake_{kind}_file" for kind in ("data", "delete"))
    live = {name for (name,) in connection.execute(f"select parse_filename(path) from ({named})").fetchall()}
    for path in paths:
        if path.rpartition("/")[2] in live:
            raise LiveFileError(
                f"The file {path} was to be removed as one that nothing needs, but the catalog still names it. "
                "Nothing was removed. Do not run `wattlake maintain` again before the catalog has been looked at."
            )
