"""Plan a build by reading one snapshot, without a lock and without writing anything.

Silver and the tables without periods are foreseen, and with them the days of gold that are replaced for certain. Where
a table that looks around turns out to differ, only making it says: of it the plan names the days that are compared.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from wattlake.lake.build import plan as gold_plan
from wattlake.lake.build.actions import (
    Action,
    CompareDays,
    DefineView,
    ReplaceDays,
    ReplaceRows,
)
from wattlake.lake.build.change_feed import Changes
from wattlake.lake.build.foresight import Foresight, replaced_in_silver
from wattlake.lake.build.gold import Producer, looks_around
from wattlake.lake.build.gold_steps import gold_as_made_today, make_plan
from wattlake.lake.build.late import plan_late_tables
from wattlake.lake.build.own_functions import register_functions
from wattlake.lake.build.own_tables import expect_tables
from wattlake.lake.build.plan import Plan, widened
from wattlake.lake.build.steps import next_chunk
from wattlake.lake.build.transaction import Transaction
from wattlake.lake.models.graph import downstream, views
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection
from wattlake.lake.store.connection import current_snapshot


def plan_build(
    connection: Connection,
    settings: Settings,
    producers: Mapping[str, Producer],
    *,
    is_full: bool = False,
    again: frozenset[date] = frozenset(),
    lost: frozenset[str] = frozenset(),
    most_rows: int | None = None,
) -> list[Action]:
    """Plan what a build would do now; nothing is written and no lock is taken.

    Args:
        connection: in no transaction, with the lake as its current database; it may be read-only.
        settings: of the lake.
        producers: what SQL cannot compute, by the table it makes.
        is_full: as if everything were rebuilt from bronze.
        again: days of gold to rebuild even where nothing changed.
        lost: tables with files that are lost; they and what is made from them stay as they are.
        most_rows: where the first landings have more, only their reading is planned, which takes no time.

    Raises:
        ProjectFileError: a table of the project is not in the lake as its contract says.
    """
    expect_tables(connection)
    register_functions(connection)
    connection.execute("begin")
    try:
        work = Transaction(connection, settings, producers, "plan", again=again, without=lost | downstream(lost))
        if is_full:
            work.all_progress.clear()
        return list(_actions(work, most_rows))
    finally:
        connection.execute("rollback")


def _actions(work: Transaction, most_rows: int | None) -> Iterator[Action]:
    foresight = Foresight(work)
    takes, has_more, chunks = [], True, 0
    while has_more:
        chunk, has_more = next_chunk(work)
        chunks += 1
        if chunks == 1 and most_rows is not None and sum(take.rows for take in chunk) > most_rows:
            yield from chunk
            return
        for take in chunk:
            takes.append(take)
            foresight.take(take, is_last=not has_more)
    yield from takes
    yield from replaced_in_silver(work, takes)
    yield from _of_whole_tables(foresight)
    of_gold = list(_of_gold(foresight, is_landed_before=chunks > 1))
    yield from of_gold
    yield from plan_late_tables(work, {action.table for action in of_gold})
    for model in views():
        if work.is_made_differently(model):
            yield DefineView(model.table, work.progress(model.table).reason_to_make)


def _of_whole_tables(foresight: Foresight) -> Iterator[ReplaceRows]:
    work = foresight.work
    for model in work.wanted("gold", by_period=False):
        changed = sorted(model.inputs & work.changes.tables)
        if changed or work.is_made_differently(model):
            reasons = [work.changes.described(table) for table in changed]
            foresight.compare(model)
            if model.table in work.changes.tables:
                yield ReplaceRows(model.table, "; ".join(reasons) or work.progress(model.table).reason_to_make)


def _of_gold(foresight: Foresight, is_landed_before: bool) -> Iterator[Action]:
    """Plan the days of gold; where one of several plans will hold, what they share is certain."""
    work = foresight.work
    plans, is_one_of_them = _plans(foresight, is_landed_before)
    certain = [_certain(work, plan) for plan in plans]
    for model in work.wanted("gold", by_period=True):
        table = model.table
        sure = [days[table] for days in certain]
        replaced = set.intersection(*sure) if is_one_of_them else set.union(*sure)
        compared = set.union(*(plan.days[table] for plan in plans)) - replaced
        why = "; ".join(dict.fromkeys(reason for plan in plans for reason in plan.why[table]))
        if replaced:
            yield ReplaceDays(table, frozenset(replaced), why)
        if compared:
            yield CompareDays(table, frozenset(compared), why)


def _plans(foresight: Foresight, is_landed_before: bool) -> tuple[list[Plan], bool]:
    """Make the plans of gold that the build will make; say whether it will be only one of them."""
    work, changes = foresight.work, foresight.changes_in_feed
    gold, newest = gold_as_made_today(work), current_snapshot(work.connection)
    if gold.target_snapshot_id is not None:  # An unfinished build; what came after it began is built after it.
        unfinished = make_plan(work, gold, gold.target_snapshot_id, Changes(), is_first=True)
        for model in work.wanted("gold", by_period=True):
            work.note_made_today(model)
        since = replace(gold, snapshot_id=gold.target_snapshot_id, target_snapshot_id=None, done_to_utc=None)
        return [unfinished, make_plan(work, since, newest, changes, is_first=False)], False
    later = make_plan(work, gold, newest, changes, is_first=True)
    if is_landed_before or changes == work.changes:
        return [later], False
    at_once = make_plan(work, gold, newest, work.changes, is_first=True)
    is_small = len(at_once.changed) <= gold_plan.DAYS_AT_ONCE
    # A larger one may commit silver first: how many days fit into a transaction depends on the readings there are then.
    return ([at_once], False) if is_small else ([at_once, later], True)


def _certain(work: Transaction, plan: Plan) -> dict[str, set[date]]:
    """Find the days by table that are replaced whatever turns out."""
    certain: dict[str, set[date]] = {}
    for model in work.wanted("gold", by_period=True):
        inherited = (widened(certain[table], model) for table in model.inputs & certain.keys())
        due = plan.due[model.table].union(*inherited) & plan.days[model.table]
        certain[model.table] = set() if looks_around(model) else due
    return certain
