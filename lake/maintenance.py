"""Housekeeping: fewer, larger files; old snapshots and the files that only they needed are let go."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from lake.catalog import Lake
from lake.changes import GOLD, read_progress
from lake.connection import Connection, scalar

RETENTION = timedelta(days=7)
ORPHANS_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Maintained:
    """What housekeeping did: counts of files and snapshots."""

    files_before: int
    files_after: int
    snapshots_expired: int
    files_removed: int

    def __str__(self) -> str:
        """One sentence."""
        return (
            f"{self.files_before} data files became {self.files_after}, {self.snapshots_expired} snapshots expired, "
            f"{self.files_removed} files were removed."
        )


def maintain(lake: Lake, now_utc: datetime, retention: timedelta = RETENTION) -> Maintained:
    """Merge small files, expire snapshots older than the retention, remove the files nothing needs any more.

    Files that a killed write left behind go when they are older than a day.

    The snapshot up to which gold is complete, and every later one, is kept: the next build starts from it.

    Args:
        lake: the lake.
        now_utc: the present.
        retention: how far back a read can go.
    """
    before = _data_files(lake.reader())
    # Without a lock: a transaction that merges files may change nothing else, not even a lock's row.
    lake.write(lambda connection: connection.execute("call ducklake_merge_adjacent_files('lake')"))
    expired = lake.write(lambda connection: _expire(connection, now_utc - retention))
    removed = lake.write(lambda connection: _remove_files(connection, now_utc - ORPHANS_AFTER))
    return Maintained(before, _data_files(lake.reader()), expired, removed)


def _expire(connection: Connection, before_utc: datetime) -> int:
    gold = read_progress(connection).get(GOLD)
    kept_from = gold.snapshot_id if gold and gold.snapshot_id is not None else 0
    old = connection.execute(
        "select snapshot_id from ducklake_snapshots('lake') where snapshot_time < ? and snapshot_id < ?",
        [before_utc, kept_from],
    ).fetchall()
    if old:
        versions = ", ".join(str(snapshot_id) for (snapshot_id,) in old)
        connection.execute(f"call ducklake_expire_snapshots('lake', versions => [{versions}])")
    return len(old)


def _remove_files(connection: Connection, before_utc: datetime) -> int:
    older_than = f"older_than => timestamptz '{before_utc.astimezone(UTC):%Y-%m-%d %H:%M:%S}+00'"
    old = connection.execute(f"call ducklake_cleanup_old_files('lake', {older_than})").fetchall()
    orphans = connection.execute(f"call ducklake_delete_orphaned_files('lake', {older_than})").fetchall()
    return len(old) + len(orphans)


def _data_files(connection: Connection) -> int:
    return scalar(connection, "select sum(file_count) from ducklake_table_info('lake')")
