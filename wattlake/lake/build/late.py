"""Bring a project's tables without periods up to date once gold is complete.

They may read whatever there is.
"""

from collections.abc import Iterator
from dataclasses import replace

from wattlake.lake.build.actions import CompareRows
from wattlake.lake.build.progress import GOLD
from wattlake.lake.build.transaction import Transaction
from wattlake.lake.build.whole import make_anew
from wattlake.lake.models.graph import Model, late_models
from wattlake.lake.store.changed_tables import changed_tables
from wattlake.lake.store.connection import current_snapshot


def build_late_tables(work: Transaction, since: int | None) -> None:
    """Make anew the late tables of which an input or the making changed.

    Args:
        work: the transaction, in which gold became complete up to the newest snapshot.
        since: the snapshot up to which gold was complete before.
    """
    if not late_models():
        return
    changed = _changed_since(work, since) | {table for table, _ in work.written}
    has_looked = False
    for model in _wanted(work):
        if work.is_made_differently(model) or model.inputs & changed:
            has_looked = True
            if make_anew(work, model):
                changed.add(model.table)
    if has_looked:
        newest = current_snapshot(work.connection) + bool(work.rows or work.changes)
        work.all_progress[GOLD] = replace(work.progress(GOLD), snapshot_id=newest)


def plan_late_tables(work: Transaction, tables: set[str]) -> Iterator[CompareRows]:
    """Plan the late tables whose inputs changed or may change, as ``tables`` of gold."""
    late = _wanted(work)
    changed = tables | work.changes.tables
    changed |= _changed_since(work, work.progress(GOLD).snapshot_id) if late else set()
    for model in late:
        reasons = [f"{table} changed, or may change" for table in sorted(model.inputs & changed)]
        if reasons or work.is_made_differently(model):
            yield CompareRows(model.table, "; ".join(reasons) or work.progress(model.table).reason_to_make)
            changed.add(model.table)


def _wanted(work: Transaction) -> list[Model]:
    """List the late tables that a build makes."""
    return [model for model in late_models() if model.table not in work.without]


def _changed_since(work: Transaction, snapshot_id: int | None) -> set[str]:
    """List the tables that were changed after a snapshot."""
    newest = current_snapshot(work.connection)
    return set(changed_tables(work.connection, snapshot_id, newest)) if snapshot_id is not None else set()
