"""Find the slices of tables in which a target differs from the lake.

A target remembers of each slice a hash of what was loaded, and the snapshot of the lake that it was loaded from. The
change feed since then says which slices may differ, and their hashes which do. Where the feed cannot say it (another
lake, a snapshot that is no longer kept, a register whose entries concern all days), all slices are compared.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from wattlake.lake.build.change_feed import Changes, read_feed
from wattlake.lake.models.days import inputs_of
from wattlake.lake.sinks.slices import Unit, contents, slice_of
from wattlake.lake.sinks.source import Loaded, Source, committed_at
from wattlake.lake.sinks.tables import SinkTable


@dataclass(frozen=True)
class Difference:
    """The slices of a table in which the target differs from the lake.

    Attributes:
        table: the table.
        changed: the new hash of each slice that has other rows now.
        gone: slices that have no rows any more.
        compared: how many slices were compared; ``None`` where all were.
    """

    table: SinkTable
    changed: Mapping[date, str]
    gone: frozenset[date]
    compared: int | None

    @property
    def slices(self) -> frozenset[date]:
        """List the slices to be replaced."""
        return self.gone.union(self.changed)


def changes_since(lake: Source, tables: Iterable[SinkTable], loaded: Collection[Loaded]) -> Changes | None:
    """Read what changed in all that tables are made from since they were loaded.

    Returns:
        The changes; ``None`` where nothing was loaded, or from a snapshot that the lake does not keep.
    """
    oldest = min(loaded, key=lambda each: each.snapshot_id, default=None)
    if oldest is None or oldest.committed_at != committed_at(lake.connection, oldest.snapshot_id):
        return None
    changes = Changes()
    inputs = sorted({name for table in tables for name in inputs_of(table.table).tables})
    read_feed(lake.connection, changes, inputs, oldest.snapshot_id, lake.snapshot_id)
    return changes


def difference(
    lake: Source, table: SinkTable, loaded: Loaded | None, changes: Changes | None, unit: Unit
) -> Difference:
    """Compare a table with what a target holds of it, in as few slices as will do."""
    before = loaded.slices if loaded else {}
    candidates = _candidates(lake, table, loaded, changes, unit)
    if candidates is not None and not candidates:
        return Difference(table, {}, frozenset(), 0)
    now = contents(lake.connection, table, candidates, unit)
    considered = before.keys() if candidates is None else before.keys() & candidates
    return Difference(
        table,
        {key: content for key, content in now.items() if before.get(key) != content},
        frozenset(considered - now.keys()),
        None if candidates is None else len(candidates),
    )


def _candidates(
    lake: Source, table: SinkTable, loaded: Loaded | None, changes: Changes | None, unit: Unit
) -> set[date] | None:
    """List the slices that may differ; ``None`` where any may."""
    if loaded is None or changes is None or loaded.lake_id != lake.lake_id:
        return None
    if loaded.fingerprint != lake.fingerprint(table):
        return None
    inputs = inputs_of(table.table)
    changed = changes.tables & inputs.tables
    if not changed:
        return set()
    if table.sliced_by != "period_start_utc" or changed & inputs.whole or changed & changes.first_day.keys():
        return None
    return {slice_of(day, unit) for name in changed for day in changes.days[name]}
