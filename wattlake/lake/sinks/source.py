"""The lake as a load reads it, and what a target says of the lake it was loaded from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from wattlake.lake.build.progress import read_progress
from wattlake.lake.models.graph import models
from wattlake.lake.sinks.tables import SinkTable
from wattlake.lake.sql import Connection
from wattlake.lake.store.connection import current_snapshot
from wattlake.lake.store.identity import read_catalog_mark


@dataclass(frozen=True)
class Loaded:
    """What a target says of a table that was loaded into it.

    Attributes:
        lake_id: the lake that it came from.
        snapshot_id: the snapshot of that lake.
        committed_at: when that was committed; a lake that was restored has other snapshots of the same numbers.
        fingerprint: of what made its rows.
        slices: the hash of what each slice holds.
    """

    lake_id: str
    snapshot_id: int
    committed_at: str
    fingerprint: str
    slices: Mapping[date, str]


@dataclass(frozen=True)
class Source:
    """The lake as one load reads it: in one transaction, at one snapshot.

    Attributes:
        connection: in that transaction, with the lake as its current database.
        lake_id: the lake's.
        snapshot_id: the snapshot's.
        committed_at: when it was committed.
        fingerprints: by model, of what makes its table.
    """

    connection: Connection
    lake_id: str
    snapshot_id: int
    committed_at: str
    fingerprints: Mapping[str, str]

    def fingerprint(self, table: SinkTable) -> str:
        """Give all that makes the rows of a table there, but for the rows that it is made from."""
        views = [table.table, *sorted(_views_behind(table.table))]
        return "|".join([table.shape, *(self.fingerprints.get(view, "") for view in views)])


def read_source(connection: Connection) -> Source:
    """Describe the lake as a connection's transaction reads it."""
    fingerprints = {table: progress.fingerprint for table, progress in read_progress(connection).items()}
    snapshot_id = current_snapshot(connection)
    lake_id = min(read_catalog_mark(connection).lake_ids)
    return Source(connection, lake_id, snapshot_id, committed_at(connection, snapshot_id), fingerprints)


def committed_at(connection: Connection, snapshot_id: int) -> str:
    """Tell when a snapshot was committed; empty where it is not kept."""
    times = connection.execute(
        f"select snapshot_time::timestamp::varchar from ducklake_snapshots('lake') where snapshot_id = {snapshot_id}"
    ).fetchall()
    return str(times[0][0]) if times else ""


def _views_behind(table: str) -> frozenset[str]:
    """List the views that a view reads, directly or not."""
    reads = models()[table].inputs if table in models() and models()[table].is_view else frozenset()
    views = frozenset(name for name in reads if name in models() and models()[name].is_view)
    return views.union(*map(_views_behind, views))
