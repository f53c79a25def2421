"""Snapshots: every commit makes one, and reads can go back to it.

Each is signed by the run that made it. Reads and the change feed go back to those that are kept.
"""

import re
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import datetime

from wattlake.lake.sql import Connection, quoted, scalar
from wattlake.lake.store.identity import METADATA
from wattlake.lake.times import aware_utc, naive_utc

written_by: ContextVar[tuple[str, str]] = ContextVar("written_by", default=("", ""))
"""The name and the identifier of the run that writes; each of its commits holds them."""

AsOf = int | datetime
"""The point a read goes back to.

It is a snapshot by its number, or the newest one at an instant (aware).
"""


class AsOfError(ValueError):
    """The point a read was to go back to is no snapshot and no time, or is not kept."""


def sign(connection: Connection) -> None:
    """Sign the connection's transaction with the run's name and identifier, if it commits."""
    name, run_id = written_by.get()
    if run_id:
        connection.execute(
            f"call ducklake_set_commit_message('lake', 'wattlake', {quoted(name)}, extra_info => {quoted(run_id)})"
        )


def as_of(text: str) -> AsOf:
    """Read a text as a snapshot's number, or as an instant in ISO format.

    The instant is in UTC where it names no offset, at midnight where it is a day.

    Raises:
        AsOfError: it is neither.
    """
    if re.fullmatch(r"\d{1,9}", text):
        return int(text)
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise AsOfError(
            f"`{text}` is neither a snapshot nor a time. Give the number of a snapshot, as `wattlake history` lists "
            "them, or a UTC time such as 2026-06-21T14:30."
        ) from error
    return instant if instant.tzinfo else aware_utc(instant)


def kept_snapshot(connection: Connection, wanted: AsOf) -> int:
    """Find the snapshot of a number, or the newest at an instant.

    Raises:
        AsOfError: it has expired, or never was; the error names what is kept.
    """
    snapshots: list[tuple[int, datetime]] = connection.execute(
        "select snapshot_id, snapshot_time::timestamp from ducklake_snapshots('lake') order by snapshot_id"
    ).fetchall()
    if isinstance(wanted, int):
        asked_for, matching = f"snapshot {wanted}", [number for number, _ in snapshots if number == wanted]
    else:
        until = naive_utc(wanted)
        asked_for = f"snapshot as old as {until:%Y-%m-%d %H:%M:%S} UTC"
        matching = [number for number, committed in snapshots if committed <= until]
    if not matching:
        (first, from_utc), (last, to_utc) = snapshots[0], snapshots[-1]
        raise AsOfError(
            f"There is no {asked_for}. Kept are the snapshots {first} to {last}, from {from_utc:%Y-%m-%d %H:%M:%S} to "
            f"{to_utc:%Y-%m-%d %H:%M:%S} UTC. Give one of them; WATTLAKE_RETENTION_DAYS says how long they are kept."
        )
    return matching[-1]


def written_stretches(connection: Connection, since: int, until: int) -> Iterator[tuple[int, int]]:
    """List the stretches of snapshots in which rows may have changed.

    They come after one snapshot and go up to another; both ends of a stretch are included. Those that only rewrote
    files are left out: of them the change feed tells every row as deleted and inserted again.
    """
    compactions = connection.execute(
        f"""
        select snapshot_id from ducklake_snapshots('lake')
        where snapshot_id between {since + 1} and {until}
            and (map_contains(changes, 'merge_adjacent') or map_contains(changes, 'rewrite_delete'))
        order by snapshot_id
        """
    ).fetchall()
    first = since + 1
    for (compaction,) in (*compactions, (until + 1,)):
        if first < compaction:
            yield first, compaction - 1
        first = compaction + 1


def add_snapshot(connection: Connection, reason: str, *, changes: str = "", files: int = 0) -> int:
    """Add a snapshot to the catalog's own tables, and give its number.

    Args:
        connection: in a transaction, which holds what the snapshot is made for.
        reason: the snapshot's message.
        changes: what it changed, as DuckLake writes it.
        files: the numbers of files that it uses up.
    """
    number = scalar(connection, f"select max(snapshot_id) from {METADATA}.ducklake_snapshot") + 1
    connection.execute(
        f"""
        insert into {METADATA}.ducklake_snapshot
        select {number}, now(), schema_version, next_catalog_id, next_file_id + {files}
        from {METADATA}.ducklake_snapshot where snapshot_id = {number - 1}
        """
    )
    connection.execute(
        f"insert into {METADATA}.ducklake_snapshot_changes values (?, ?, 'wattlake', ?, ?)",
        [number, changes, reason, written_by.get()[1] or None],
    )
    return number
