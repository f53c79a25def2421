"""Bring new landings to silver and changed days to gold: the steps of a build's transaction."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from time import perf_counter

from wattlake.lake.build.change_feed import inputs_of_gold, read_feed
from wattlake.lake.build.gold import build_days, build_whole
from wattlake.lake.build.plan import Plan, built_ahead_days, days_at_once
from wattlake.lake.build.progress import GOLD, Progress
from wattlake.lake.build.silver import build_silver
from wattlake.lake.build.transaction import Transaction, of_layer
from wattlake.lake.landing.stored_mappings import runs_of_landings
from wattlake.lake.models.graph import Model, fill
from wattlake.lake.quality import check_bronze, reconcile, reconcile_source, remark_on_readings
from wattlake.lake.quality.written import Days, Landings, WholeTable
from wattlake.lake.store.connection import current_snapshot
from wattlake.lake.times import ONE_DAY

READINGS_AT_ONCE = 10_000_000


def take_landings(work: Transaction) -> bool:
    """Read new landings into silver, up to a number of readings; tell whether more are left."""
    left = READINGS_AT_ONCE
    has_more = False
    # The inputs of whole tables are read first and wholly: half a register would be a wrong one.
    of_whole = {table for model in of_layer("gold", by_period=False) for table in model.inputs}
    for model in sorted(work.wanted("silver"), key=lambda model: model.table not in of_whole):
        is_bounded = model.table not in of_whole
        if is_bounded and left <= 0:
            has_more = has_more or work.is_behind(model)
            continue
        if work.is_made_differently(model):
            work.start_anew(model)
        landings = new_landings(work, model)
        taken = []
        while landings and (left > 0 or not is_bounded):
            landing_id, rows = landings.pop(0)
            taken.append(landing_id)
            left -= rows if is_bounded else 0
        if taken:
            _read(work, model, (taken[0], taken[-1]))
            work.has_read(model, taken[-1])
        has_more = has_more or bool(landings)
    _reconcile_sources(work)
    return has_more


def new_landings(work: Transaction, model: Model) -> list[tuple[int, int]]:
    """List the landings that a silver table is to read, with their rows, in order."""
    read_up_to = work.read_up_to(model)
    if work.newest_landing_of(model.source) <= read_up_to:
        return []
    return work.connection.execute(
        "select landing_id, rows from ops.landing where source = ? and landing_id > ? order by landing_id",
        [model.source, read_up_to],
    ).fetchall()


def build_whole_tables(work: Transaction) -> None:
    """Bring tables without periods up to date where inputs or their making changed."""
    for model in work.wanted("gold", by_period=False):
        if work.is_made_differently(model) or work.changes.tables & model.inputs:
            started = perf_counter()
            producer = work.producers.get(model.table)
            rows, first_day = build_whole(work.connection, model, work.settings, producer)
            work.note_made_today(model)
            if first_day:
                work.wrote(model, rows, WholeTable(), started)
                work.changes.add(model.table, first_day=first_day)


def define_views(work: Transaction) -> None:
    """Make the warehouse's views anew, where they are made differently."""
    for model in of_layer("warehouse"):
        if work.is_made_differently(model):
            work.connection.execute(f"create or replace view {model.table} as {fill(model.sql, work.settings)}")
            work.note_made_today(model)


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
    target = gold.target_snapshot_id or current_snapshot(work.connection)
    gold = work.all_progress[GOLD] = gold_as_made_today(work)
    if plan.made_at != gold.at:
        plan = make_plan(work, gold, target, is_first=not plan.made_at)
    end = plan.end_of_chunk()
    if end < date.max and work.changes:
        return Gold(Plan(), len(plan.changed), is_last=False)
    has_news = any(plan.days.values()) or bool(work.changes) or is_resumed
    _replace_days(work, plan, end)
    if end < date.max:
        done_to_utc = datetime.combine(end + ONE_DAY, time.min)
        work.all_progress[GOLD] = replace(gold, target_snapshot_id=target, done_to_utc=done_to_utc)
        plan.from_day(end + ONE_DAY)
        plan.made_at = work.all_progress[GOLD].at
        return Gold(plan, len(plan.changed), is_last=False)
    _complete(work, target + 1 if work.changes else target, has_news)
    return Gold(Plan(made_at=("complete",)), 0, is_last=not is_resumed)


def gold_as_made_today(work: Transaction) -> Progress:
    """Read how far gold has come; an unfinished build of other models counts as not begun."""
    gold, fingerprint = work.progress(GOLD), work.fingerprint_of_gold()
    return gold if gold.fingerprint == fingerprint else replace(gold, fingerprint=fingerprint, done_to_utc=None)


def make_plan(work: Transaction, gold: Progress, target: int, is_first: bool) -> Plan:
    """Plan the days of each gold table that the changes since gold was complete concern."""
    by_period = work.wanted("gold", by_period=True)
    changes = deepcopy(work.changes)
    if gold.snapshot_id is not None:
        read_feed(work.connection, changes, inputs_of_gold(), gold.snapshot_id, target)
    plan = Plan(made_at=gold.at, days_at_once=days_at_once(work.connection))
    for model in by_period:
        again = work.again if is_first else frozenset[date]()
        plan.add(work.connection, model, changes, work.is_made_differently(model), again)
    if gold.done_to_utc:
        plan.from_day(gold.done_to_utc.date())
    if gold.target_snapshot_id is not None:  # The days that it made due are not stored, so all count as due.
        plan.due = deepcopy(plan.days)
    return plan


def _replace_days(work: Transaction, plan: Plan, end: date) -> None:
    """Replace each gold table's days due up to a day, and past it as far as others look ahead.

    A day that was built ahead, or that only a table before might have changed, is left alone where nothing changed it.
    """
    by_period = work.wanted("gold", by_period=True)
    # All equally far, so that no table shows a day that another lacks.
    last = end if end == date.max else end + built_ahead_days(by_period) * ONE_DAY
    for model in by_period:
        if days := plan.take(model.table, last):
            plan.replaced(model.table, _replace(work, model, days), by_period)


def _replace(work: Transaction, model: Model, days: set[date]) -> set[date]:
    started = perf_counter()
    rows, replaced = build_days(work.connection, model, work.settings, days, work.producers.get(model.table))
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


def _read(work: Transaction, model: Model, landings: tuple[int, int]) -> None:
    started = perf_counter()
    rows, days = 0, set[date]()
    for run, mapping in runs_of_landings(work.connection, model.source, landings):
        if mapping and model.table != mapping.TABLE:
            continue  # Files with a mapping have readings, and no line of a register.
        new_rows, new_days = build_silver(work.connection, model, work.settings, run, work.build_id, mapping)
        rows, days = rows + new_rows, days | new_days
    read = Landings(*landings)
    work.wrote(model, rows, read, started)
    if (source := (f"bronze.{model.source}", read)) not in work.written:
        work.written.append(source)
        work.results += check_bronze(work.connection, model.source, read)
    work.results.append(reconcile(work.connection, model.table))
    work.results += remark_on_readings(work.connection, model.table, read, work.build_id)
    if rows:
        work.changes.add(model.table, days, None if days else date.min)


def _reconcile_sources(work: Transaction) -> None:
    """Check that the silver tables of a source together read each landed row once."""
    for source, read_up_to in _read_by_all(work):
        work.results.append(reconcile_source(work.connection, source, read_up_to))


def _read_by_all(work: Transaction) -> Iterator[tuple[str, int]]:
    """Find the sources just read whose silver tables read equally far, with the last landing."""
    for source in sorted(table.removeprefix("bronze.") for table, _ in work.written if table.startswith("bronze.")):
        tables = [model.table for model in of_layer("silver") if model.source == source]
        read_up_to = {work.progress(table).landing_id for table in tables}
        if len(read_up_to) == 1:
            yield source, read_up_to.pop() or 0
