"""Sweeping: files that no snapshot needs any more are removed, and only those."""

from datetime import UTC, datetime

from lake.connection import Connection

METADATA = "__ducklake_metadata_lake"
"""Where DuckDB shows the catalog's own tables of a lake that is attached as ``lake``."""


class LiveFileError(RuntimeError):
    """A file was about to be removed that a snapshot still needs; nothing was removed."""


def remove_files(connection: Connection, before_utc: datetime) -> int:
    """Remove the files that no snapshot has needed since a time, and those that a killed write left behind before it.

    Returns:
        How many files went.

    Raises:
        LiveFileError: DuckLake would remove a file that is needed.
    """
    older_than = f"older_than => timestamptz '{before_utc.astimezone(UTC):%Y-%m-%d %H:%M:%S}+00'"
    removed = 0
    for function in ("ducklake_cleanup_old_files", "ducklake_delete_orphaned_files"):
        _refuse_live_files(connection, f"{function}('lake', dry_run => true, {older_than})")
        removed += len(connection.execute(f"call {function}('lake', {older_than})").fetchall())
    return removed


def _refuse_live_files(connection: Connection, doomed: str) -> None:
    """Compare by name, of which no two files have the same: DuckLake has mistaken live files for others before."""
    needed = " union ".join(f"select path from {METADATA}.ducklake_{kind}_file" for kind in ("data", "delete"))
    live = connection.execute(
        f"select path from {doomed} where parse_filename(path) in (select parse_filename(path) from ({needed})) limit 1"
    ).fetchone()
    if live:
        raise LiveFileError(
            f"The file {live[0]} was to be removed as one that nothing needs, but the catalog still names it. Nothing "
            "was removed. Do not run `wattlake maintain` again before the catalog has been looked at."
        )
