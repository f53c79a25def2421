"""Expire old snapshots, but none that the next build or settlement starts from."""

from dataclasses import replace
from datetime import datetime

from wattlake.lake.build.change_feed import Changes, fed, read_feed
from wattlake.lake.build.progress import Progress, read_progress, write_progress
from wattlake.lake.sql import Connection, scalar
from wattlake.lake.store.connection import current_snapshot
from wattlake.lake.store.lake import NothingToDoError

HELD_BACK = "select count(*) from ducklake_snapshots('lake') where snapshot_time < ? and snapshot_id between ? and ?"

OF_STREAMS = (
    "commit_extra_info in (select commit_extra_info from ducklake_snapshots('lake') where commit_message = 'stream')"
)
"""Snapshots that runs of `wattlake stream` made; those of builds, landings and hands are none of them."""


def move_on(connection: Connection, before_utc: datetime) -> None:
    """Move gold's and the ledger's progress to the newest snapshot, if nothing is left to do.

    Raises:
        NothingToDoError: no progress holds back a snapshot that is older than the time, or each has work left.
    """
    progress, current = read_progress(connection), current_snapshot(connection)
    moved = {}
    for name, inputs in fed().items():
        mark = progress.get(name, Progress())
        if mark.snapshot_id is None or mark.target_snapshot_id is not None:
            continue
        if not scalar(connection, HELD_BACK, [before_utc, mark.snapshot_id, current - 1]):
            continue  # It holds no old snapshot back.
        changes = Changes()
        read_feed(connection, changes, inputs, mark.snapshot_id, current)
        if not changes:
            moved[name] = replace(mark, snapshot_id=current)
    if not moved:
        raise NothingToDoError
    write_progress(connection, progress | moved)


def expire(connection: Connection, before_utc: datetime, only: str = "true") -> int:
    """Expire old snapshots; those that progress is stored of, and every later one, are kept.

    Args:
        connection: in a transaction.
        before_utc: older snapshots are old.
        only: the condition that a snapshot must meet.

    Returns:
        How many went.
    """
    progress = read_progress(connection)
    started_from = [progress[name] for name in fed() if name in progress]
    needed = [at for mark in started_from for at in (mark.snapshot_id, mark.target_snapshot_id) if at is not None]
    kept_from = min(needed, default=current_snapshot(connection))
    old = connection.execute(
        f"select snapshot_id from ducklake_snapshots('lake') where snapshot_time < ? and snapshot_id < ? and {only}",
        [before_utc, kept_from],
    ).fetchall()
    if old:
        versions = ", ".join(str(snapshot_id) for (snapshot_id,) in old)
        connection.execute(f"call ducklake_expire_snapshots('lake', versions => [{versions}])")
    return len(old)
