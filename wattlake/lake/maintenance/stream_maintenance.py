"""Maintain what a running stream writes: few files, few snapshots, a packed archive.

A commit every 1.5 seconds leaves some eight files and a snapshot, 57,600 times a day. The daily housekeeping would come
too late for them, and a day's grace before files are removed would keep them all. Each look into a table costs as much
as the catalog has files: so snapshots go soon, and their files an hour later, as somebody may be reading these.
"""

from collections.abc import Generator
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple, cast

from wattlake.lake.landing.archive_register import publish
from wattlake.lake.landing.joined_register import join_published
from wattlake.lake.landing.packing import pack_landings
from wattlake.lake.maintenance.compaction import compact, table_names
from wattlake.lake.maintenance.scheduled_files import remove_scheduled
from wattlake.lake.maintenance.snapshot_expiry import OF_STREAMS, expire, move_on
from wattlake.lake.runs.running import unended
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection
from wattlake.lake.store.changed_tables import names_of_tables
from wattlake.lake.store.file_hashes import forget_removed
from wattlake.lake.store.files import Storage
from wattlake.lake.store.identity import expect_removal_allowed
from wattlake.lake.store.lake import Lake, NothingToDoError
from wattlake.lake.streaming.batches import SOURCE

FILE_BYTES = 32 * 1024**2
"""A file of this size is not merged again: each five minutes would write the whole day anew."""
MOVE_ON_AFTER = timedelta(hours=6)
"""On PostgreSQL, where moving a build's progress on makes a build that is at work begin anew, seldom is enough."""
LASTING = ("stream", "live", "watch")
"""Runs that read for a moment only, and go on until they are stopped."""


class StreamMaintained(NamedTuple):
    """What one maintenance did: live files before and after, what went, and payloads packed."""

    files_before: int
    files_after: int
    snapshots_expired: int
    files_removed: int
    payloads_packed: int


def maintain_stream(lake: Lake, now_utc: datetime) -> StreamMaintained:
    """Merge the files of streams' tables, let old snapshots go, pack the archive, all at once.

    Args:
        lake: the lake; no transaction of the caller's is open.
        now_utc: the present.

    Raises:
        LiveFileError: a file was scheduled to be removed that is needed; nothing was removed.
        IdentityError: the folder's files are another catalog's.
    """
    steps = steps_of_maintenance(lake, now_utc)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return cast("StreamMaintained", end.value)


def steps_of_maintenance(lake: Lake, now_utc: datetime) -> Generator[None, None, StreamMaintained]:
    """Maintain step by step, so that batches can be committed between two.

    Only snapshots that streams made are expired, and none that a build's progress is stored of, or a later one. Files
    go once the retention has passed since nothing needed them, and while no run is at work on this machine that may
    have begun to read before.

    Args:
        lake: the lake; no transaction of the caller's is open.
        now_utc: the present.

    Yields:
        Nothing, after each step.

    Returns:
        What was done.

    Raises:
        LiveFileError: a file was scheduled to be removed that is needed; nothing was removed.
        IdentityError: the folder's files are another catalog's.
    """
    expect_removal_allowed(lake.settings, lake.reader())
    stream = lake.settings.stream
    before_utc = now_utc - timedelta(minutes=stream.snapshot_minutes)
    tables = tables_of_streams(lake.reader())
    compacted = []
    for table in tables:
        compacted.append(compact(lake, table, large_bytes=FILE_BYTES))
        yield
    packed = pack_archive(lake)
    yield
    with suppress(NothingToDoError):
        long_ago = min(before_utc, now_utc - MOVE_ON_AFTER) if lake.settings.is_postgres else before_utc
        lake.write(partial(move_on, before_utc=long_ago), lock="build")
    yield
    expired = lake.write(partial(expire, before_utc=before_utc, only=OF_STREAMS))
    yield
    unread_since = min([now_utc - timedelta(minutes=stream.retention_minutes), *_begun(lake.settings)])
    removed = lake.change_catalog(
        partial(remove_scheduled, settings=lake.settings, before_utc=unread_since, tables=tables)
    )
    lake.change_catalog(forget_removed)
    before, after = (sum(getattr(table, name) for table in compacted) for name in ("files_before", "files_after"))
    return StreamMaintained(before, after, expired, removed, packed)


def tables_of_streams(connection: Connection) -> list[str]:
    """List the tables in which kept snapshots of streams changed something, sorted."""
    numbers = connection.execute(
        f"select distinct unnest(flatten(map_values(changes))) from ducklake_snapshots('lake') where {OF_STREAMS}"
    ).fetchall()
    names = names_of_tables(connection)
    return sorted({names[number] for (number,) in numbers if number in names}.intersection(table_names(connection)))


def pack_archive(lake: Lake) -> int:
    """Pack the payloads of streams, and join the files of their register; count the payloads."""
    publish(lake, SOURCE)
    join_published(Storage(lake.settings), SOURCE)
    return pack_landings(lake, SOURCE)


def _begun(settings: Settings) -> list[datetime]:
    """List when the runs began that are at work on this machine, and may be reading since."""
    return [note.started_at_utc for note, is_at_work in unended(settings) if is_at_work and note.name not in LASTING]
