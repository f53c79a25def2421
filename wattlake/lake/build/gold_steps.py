"""Bring changed days to gold: the last step of a build's transaction."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import partial
from time import perf_counter

from wattlake.lake.build.change_feed import Changes, inputs_of_gold, read_feed
from wattlake.lake.build.gold import build_days
from wattlake.lake.build.held import may_hold
from wattlake.lake.build.late import build_late_tables
from wattlake.lake.build.own_functions import telling_of
from wattlake.lake.build.plan import Plan, built_ahead_days, days_at_once
from wattlake.lake.build.progress import GOLD, Progress
from wattlake.lake.build.transaction import Transaction
from wattlake.lake.models.graph import Model
from wattlake.lake.quality import Days, Rows, check
from wattlake.lake.store.connection import current_snapshot
from wattlake.lake.store.spans import Span, committed_spans
from wattlake.lake.times import ONE_DAY


@dataclass(frozen=True)
class Gold:
    """The state of gold after a transaction: the next plan, days left, whether it is complete."""

    plan: Plan
    days_left: int
    is_last: bool


def build_gold(work: Transaction, plan: Plan) -> Gold:
    """Replace the days of gold that changed, or a month of them."""
    gold = work.progress(GOLD)
    is_resumed = gold.target_snapshot_id is not None
    if is_resumed and work.changes:
        return Gold(Plan(), 0, is_last=False)  # Silver's news is committed first; then the unfinished build goes on.
    target, since = gold.target_snapshot_id or current_snapshot(work.connection), gold.snapshot_id
    gold = work.all_progress[GOLD] = gold_as_made_today(work)
    if plan.made_at != gold.at:
        plan = make_plan(work, gold, target, work.changes, is_first=not plan.made_at)
    end = plan.end_of_chunk()
    if end < date.max and work.changes:
        return Gold(Plan(), len(plan.changed), is_last=False)
    has_news = any(plan.days.values()) or bool(work.changes) or is_resumed
    _replace_days(work, plan, end)
    if end < date.max:
        done_to_utc = datetime.combine(end + ONE_DAY, time.min)
        work.all_progress[GOLD] = replace(gold, target_snapshot_id=target, done_to_utc=done_to_utc)
        plan.drop_days_before(end + ONE_DAY)
        plan.made_at = work.all_progress[GOLD].at
        return Gold(plan, len(plan.changed), is_last=False)
    work.has_new_register |= plan.has_new_register
    _complete(work, target + 1 if work.changes else target, has_news)
    if not is_resumed:
        build_late_tables(work, since)
    return Gold(Plan(made_at=("complete",)), 0, is_last=not is_resumed)


def gold_as_made_today(work: Transaction) -> Progress:
    """Read how far gold has come; an unfinished build of other models counts as not begun."""
    gold, fingerprint = work.progress(GOLD), work.fingerprint_of_gold()
    return gold if gold.fingerprint == fingerprint else replace(gold, fingerprint=fingerprint, done_to_utc=None)


def make_plan(work: Transaction, gold: Progress, target: int, changes: Changes, *, is_first: bool) -> Plan:
    """Plan the days of each gold table that changes since gold was complete concern; read only.

    Args:
        work: the transaction.
        gold: how far gold has come.
        target: the snapshot up to which the change feed is read.
        changes: those that are not in the change feed yet.
        is_first: whether it is the build's first plan, which has the days that were asked for.
    """
    by_period = work.wanted("gold", by_period=True)
    changes = deepcopy(changes)
    if gold.snapshot_id is not None:
        read_feed(work.connection, changes, inputs_of_gold(), gold.snapshot_id, target)
    has_new_register = gold.snapshot_id is None or "gold.member_version" in changes.tables
    plan = Plan(made_at=gold.at, days_at_once=days_at_once(work.connection), has_new_register=has_new_register)
    for model in by_period:
        again = work.again if is_first else frozenset[date]()
        reason_to_make = work.progress(model.table).reason_to_make if work.is_made_differently(model) else ""
        plan.add(work.connection, model, changes, reason_to_make, again)
    if gold.done_to_utc:
        plan.drop_days_before(gold.done_to_utc.date())
    if gold.target_snapshot_id is not None:  # The days that it made due are not stored, so all count as due.
        plan.due = deepcopy(plan.days)
    return plan


def _replace_days(work: Transaction, plan: Plan, end: date) -> None:
    """Replace each gold table's days due up to a day, and past it as far as others look ahead.

    A day that was built ahead, or that only a table before might have changed, is left alone where nothing changed it.
    """
    by_period, spans = work.wanted("gold", by_period=True), committed_spans(work.connection)
    # All equally far, so that no table shows a day that another lacks.
    last = end if end == date.max else end + built_ahead_days(by_period) * ONE_DAY
    for model in by_period:
        if days := plan.take(model.table, last):
            plan.make_due_after(model.table, _replace(work, model, days, spans), by_period)


def _replace(work: Transaction, model: Model, days: set[date], spans: Mapping[str, Span]) -> set[date]:
    started = perf_counter()

    def gate(days: set[date], rows: Rows | None) -> None:
        work.results += check(work.connection, model.table, Days(frozenset(days)), rows)

    with telling_of(model):
        producer = work.producers.get(model.table)
        rows, replaced = build_days(
            work.connection,
            model,
            work.settings,
            days,
            producer,
            gate=gate,
            may_hold=partial(may_hold, work, spans, model.table),
        )
    if replaced:
        work.wrote(model, rows, Days(frozenset(replaced)), started, f"{min(replaced)}/{max(replaced)}")
    return replaced


def _complete(work: Transaction, snapshot_id: int, has_news: bool) -> None:
    """Note that gold is complete up to a snapshot, and its tables as they are made today."""
    gold = work.progress(GOLD)
    if has_news or gold.snapshot_id is None:
        work.all_progress[GOLD] = Progress(snapshot_id=snapshot_id, fingerprint=gold.fingerprint)
    for model in work.wanted("gold", by_period=True):
        work.note_made_today(model)


def replaced_days(work: Transaction) -> dict[str, set[date]]:
    """List the days that a transaction replaced, by table with periods."""
    replaced = {table: set(days) for table, days in work.changes.days.items()}
    for table, rows in work.written:
        if isinstance(rows, Days):
            replaced[table] = replaced.get(table, set()) | rows.days
    return replaced
