"""Foresee what landings bring to silver and to tables without periods, by reading only.

Temporary relations stand for the tables as the build would have left them by then.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from wattlake.lake.build.actions import Action, ReplaceDays, ReplaceRows, TakeLandings, described
from wattlake.lake.build.change_feed import Changes, period_of
from wattlake.lake.build.coming import Coming
from wattlake.lake.build.silver import held_days, read_silver
from wattlake.lake.build.steps import inputs_of_whole, runs
from wattlake.lake.build.superseded import would_be_replaced
from wattlake.lake.build.transaction import Transaction
from wattlake.lake.build.whole import Difference, compare_whole
from wattlake.lake.contracts import listed
from wattlake.lake.models.graph import Model, fill
from wattlake.lake.models.would_be import with_relations
from wattlake.lake.sql import Connection, materialized, scalar


@dataclass
class Foresight:
    """The lake as a build would leave it, as far as the build is foreseen.

    Attributes:
        work: the account of the build; its changes are as the build's own transaction knows them.
        relations: by table that would be changed and is read again, the relation of its rows as they would be.
        first_day_in_feed: by table without periods, the first day of its change as the change feed tells it later.
    """

    work: Transaction
    relations: dict[str, str] = field(default_factory=dict)
    first_day_in_feed: dict[str, date] = field(default_factory=dict)

    @property
    def changes_in_feed(self) -> Changes:
        """Give the changes as a later transaction reads them from the change feed."""
        changes = self.work.changes
        return Changes(changes.days, changes.first_day | self.first_day_in_feed)

    def take(self, take: TakeLandings, *, is_last: bool) -> None:
        """Foresee which days of a silver table landings change.

        Args:
            take: the landings.
            is_last: whether no later transaction reads landings.
        """
        work, model = self.work, take.model
        parts = runs(work, take) if take.landings else []
        is_read_again = not is_last or len(parts) > 1 or model.table in inputs_of_whole()
        if take.is_anew:
            work.note_anew(model, held_days(work.connection, model))
        if take.is_anew or (is_read_again and model.table not in self.relations):
            self.relations[model.table] = _would_be(work.connection, model, take.is_anew)
        rows, days = 0, set[date]()
        for run, mapping in parts:
            held = self.relations.get(model.table, "")
            with read_silver(work.connection, model, work.settings, run, mapping, held, work.limits) as coming:
                rows += scalar(work.connection, f"select count(*) from ({coming.readings})")
                days |= coming.days
                if is_read_again:
                    _keep(work.connection, model, coming)
        if take.landings:
            work.has_read(model, take.landings[-1])
        if rows:
            work.changes.add(model.table, days, None if days else date.min)

    def compare(self, model: Model) -> None:
        """Foresee whether a table without periods changes, and from which day on."""
        work = self.work
        relations = {table: self.relations[table] for table in sorted(model.inputs & self.relations.keys())}
        sql = with_relations(fill(model.sql, work.settings), relations)
        difference = compare_whole(work.connection, model, sql, work.producers.get(model.table))
        work.note_made_today(model)
        if difference:
            if model.table in inputs_of_whole():
                name = f"whole_{model.table.replace('.', '_')}"
                self.relations[model.table] = materialized(work.connection, name, f"from {difference.fresh}")
            work.changes.add(model.table, first_day=difference.first_day)
            self.first_day_in_feed[model.table] = _first_day_in_feed(work.connection, model, difference)


def replaced_in_silver(work: Transaction, takes: list[TakeLandings]) -> Iterator[Action]:
    """Plan what the landings replace in silver; nothing where a table holds all of it already."""
    for table in dict.fromkeys(take.table for take in takes):
        why = described([take for take in takes if take.table == table])
        if days := work.changes.days.get(table):
            yield ReplaceDays(table, frozenset(days), why)
        elif table in work.changes.first_day:
            yield ReplaceRows(table, why)


def _would_be(connection: Connection, model: Model, is_anew: bool) -> str:
    """Define the relation of a silver table's rows as they would be, with nothing coming yet."""
    name, names = model.table.replace(".", "_"), listed(model.table)
    coming = materialized(connection, f"coming_{name}", f"select {names} from {model.table} where false")
    is_replaced = f"exists (select 1 from {coming} as new where {would_be_replaced(model)})"
    kept = f"select {names} from lake.{model.table} as old where not {is_replaced}"
    view = f"held_{name}"
    rest = "" if is_anew else f"{kept} union all "
    connection.execute(f"create or replace temp view {view} as {rest}select {names} from {coming}")
    return f"temp.{view}"


def _keep(connection: Connection, model: Model, coming: Coming) -> None:
    """Put coming readings into the relation of the table as it would be."""
    relation = f"temp.{f'coming_{model.table}'.replace('.', '_')}"
    is_replaced = f"exists (select 1 from ({coming.readings}) as new where {coming.replaced})"
    connection.execute(f"delete from {relation} as old where {is_replaced}")
    connection.execute(f"insert into {relation} select {listed(model.table)} from ({coming.readings})")


def _first_day_in_feed(connection: Connection, model: Model, difference: Difference) -> date:
    """Find the first day of the rows that differ, as the change feed gives it."""
    period = period_of(model.table)
    if period is None:
        return date.min
    both = f"(from {difference.stale} union all from {difference.added})"
    first_day: date
    (first_day,) = connection.execute(f"select min(cast({period} as date)) from {both}").fetchall()[0]
    return first_day
