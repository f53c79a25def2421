"""Find the days that a build would replace, and replace none.

The build's own steps run in a transaction that is rolled back.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from wattlake.lake.build.gold import Producer
from wattlake.lake.build.run import forget_progress
from wattlake.lake.build.steps import build_whole_tables, gold_as_made_today, make_plan, new_landings, take_landings
from wattlake.lake.build.transaction import Transaction, of_layer
from wattlake.lake.models.graph import Model
from wattlake.lake.sql import Connection
from wattlake.lake.store.connection import current_snapshot
from wattlake.lake.store.lake import Lake


@dataclass(frozen=True)
class Replaced:
    """The periods of one table that a build would replace.

    Attributes:
        table: the table.
        first_day: the first of them; ``None`` where the table has no periods.
        last_day: the last of them.
        days: how many they are.
        why: what makes it so.
    """

    table: str
    first_day: date | None
    last_day: date | None
    days: int | None
    why: str


class _SeenError(Exception):
    """An exception that carries the result out of the transaction and so rolls it back."""

    def __init__(self, replaced: list[Replaced]) -> None:
        super().__init__()
        self.replaced = replaced


def preview(
    lake: Lake,
    producers: Mapping[str, Producer],
    now_utc: datetime,
    is_full: bool = False,
    again: frozenset[date] = frozenset(),
) -> list[Replaced]:
    """List the days that a build would replace, table by table, and why; keep nothing of it.

    Silver is really read and the tables without periods are really made, since only that says exactly which days
    change; gold is planned. Of tables that another may change, all days are named that might; the build leaves alone
    those that turn out the same.

    Args:
        lake: the lake.
        producers: what SQL cannot compute, by the table it makes.
        now_utc: the present.
        is_full: as if everything were rebuilt from bronze.
        again: days of gold to rebuild even where nothing changed.
    """

    def step(connection: Connection) -> None:
        if is_full:
            forget_progress(connection)
        raise _SeenError(_replaced(Transaction(connection, lake.settings, producers, "preview", again=again)))

    try:
        lake.write(step)
    except _SeenError as seen:
        return seen.replaced
    raise AssertionError("A preview always ends by being rolled back.")


def _replaced(work: Transaction) -> list[Replaced]:
    replaced = [entry for model in of_layer("silver") for entry in _of_silver(work, model)]
    while take_landings(work):
        pass
    replaced = [_with_days(entry, work.changes.days.get(entry.table, set())) for entry in replaced]
    build_whole_tables(work)
    whole = [model.table for model in of_layer("gold", by_period=False) if work.rows[model.table]]
    replaced += [Replaced(table, None, None, None, _why_whole(work, table)) for table in whole]
    replaced += _of_gold(work)
    views = [model.table for model in of_layer("warehouse") if work.is_made_differently(model)]
    return replaced + [Replaced(table, None, None, None, "the view is made differently from now on") for table in views]


def _of_silver(work: Transaction, model: Model) -> Iterator[Replaced]:
    are_read = "are read anew" if work.is_made_differently(model) else "are new"
    landings = new_landings(work, model)
    if landings:
        rows = sum(rows for _, rows in landings)
        why = f"{len(landings):,} landings of {model.source} with {rows:,} rows {are_read}"
        yield Replaced(model.table, None, None, None, why)


def _why_whole(work: Transaction, table: str) -> str:
    (model,) = (model for model in of_layer("gold", by_period=False) if model.table == table)
    reasons = [work.changes.described(changed) for changed in sorted(model.inputs & work.changes.tables)]
    return "; ".join(reasons) or "it is made differently from now on, or anew"


def _of_gold(work: Transaction) -> list[Replaced]:
    gold = gold_as_made_today(work)
    target = gold.target_snapshot_id or current_snapshot(work.connection)
    plan = make_plan(work, gold, target, is_first=True)
    days = dict(plan.days)
    if gold.target_snapshot_id is not None:  # An unfinished build; what came after it began is built after it.
        since = replace(gold, snapshot_id=target, target_snapshot_id=None, done_to_utc=None)
        later = make_plan(work, since, current_snapshot(work.connection), is_first=False)
        days = {table: days[table] | later.days[table] for table in days}
    planned = [Replaced(table, None, None, None, "; ".join(plan.why[table])) for table in days if days[table]]
    return [_with_days(entry, days[entry.table]) for entry in planned]


def _with_days(replaced: Replaced, days: set[date]) -> Replaced:
    if not days:
        return replaced
    return replace(replaced, first_day=min(days), last_day=max(days), days=len(days))
