"""The plan of a build: which days of which gold tables it replaces, and why."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from wattlake.lake.build.change_feed import Changes
from wattlake.lake.contracts import columns, spec
from wattlake.lake.models.graph import Model, models
from wattlake.lake.sql import Connection

DAYS_AT_ONCE = 62
READINGS_OF_A_CHUNK = 10_000_000
"""One transaction builds 62 days, or more of them where together they have fewer readings than this."""


@dataclass
class Plan:
    """The days of each gold table still to be built; each transaction hands them to the next.

    Attributes:
        made_at: the progress of gold that the plan was made at; at any other it is out of date. Empty before the first.
        days: by table, every day that may differ, because an input changed or a table before it may.
        due: by table, the days that must be built: those that an input which is not itself planned concerns, and those
            that a table built before turned out to change.
        changed: the days on which such inputs changed; they say how much there is to do.
        why: by table, the reasons for its days.
        there: the days that a table holds from some day on, as far as they were asked for: that costs a look at it all.
        days_at_once: how many changed days one transaction takes.
        has_new_register: whether the register changed since gold was complete, or gold never was.
    """

    made_at: tuple[object, ...] = ()
    days: dict[str, set[date]] = field(default_factory=dict)
    due: dict[str, set[date]] = field(default_factory=dict)
    changed: set[date] = field(default_factory=set)
    why: dict[str, list[str]] = field(default_factory=dict)
    there: dict[tuple[str, date], set[date]] = field(default_factory=dict)
    days_at_once: int = DAYS_AT_ONCE
    has_new_register: bool = False

    def add(
        self, connection: Connection, model: Model, changes: Changes, reason_to_make: str, again: frozenset[date]
    ) -> None:
        """Plan the days of one more table; those it reads must be planned already.

        Args:
            connection: with the lake as its current database.
            model: makes the table.
            changes: of the tables that it reads.
            reason_to_make: why all its days are made; empty where it is made as before.
            again: days that were asked for.
        """
        why = [changes.described(table) for table in sorted(model.inputs & changes.tables)]
        days = {day for table in model.inputs for day in changes.days.get(table, ())}
        first_days = [changes.first_day[table] for table in model.inputs if table in changes.first_day]
        if reason_to_make:
            first_days, why = [date.min], [reason_to_make]
        if first_days:
            days |= self._days_there_are(connection, model, min(first_days))
        if again:
            days |= self._days_there_are(connection, model, min(again)) & again
            why.append("these days were asked for")
        inherited = {table: self.days[table] for table in sorted(model.inputs) if self.days.get(table)}
        self.changed |= days
        self.due[model.table] = widened(days, model)
        self.days[model.table] = self.due[model.table] | widened(set().union(*inherited.values()), model)
        self.why[model.table] = why + [f"{table} may change" for table in inherited]

    def _days_there_are(self, connection: Connection, model: Model, first_day: date) -> set[date]:
        """Find the days from one day on of which a gold table or its inputs hold rows."""
        # Not of those built whole: the calendar has forty years of days on which nothing happens.
        whole = {table for table, made in models().items() if made.is_whole}
        days: set[date] = set()
        for table in {*model.inputs, model.table} - whole:
            if "period_start_utc" in columns(table):
                if (table, first_day) not in self.there:
                    self.there[table, first_day] = _days_of(connection, table, first_day)
                days |= self.there[table, first_day]
        return days

    def copy(self) -> "Plan":
        """Copy the plan, so that a failed attempt leaves the first one whole."""
        days, due = ({table: set(days) for table, days in of.items()} for of in (self.days, self.due))
        return replace(self, days=days, due=due, changed=set(self.changed))

    def drop_days_before(self, first_day: date) -> None:
        """Take the days before one off the plan: they are done."""
        self.changed = {day for day in self.changed if day >= first_day}
        self.days = {table: {day for day in days if day >= first_day} for table, days in self.days.items()}

    def take(self, table: str, last_day: date) -> set[date]:
        """Take the days of a table that are due, up to one day, off the plan."""
        taken = {day for day in self.days[table] & self.due[table] if day <= last_day}
        self.due[table] -= taken
        return taken

    def make_due_after(self, table: str, days: set[date], models: Iterable[Model]) -> None:
        """Make due the days of all models that read replaced days of a table."""
        for model in models:
            if table in model.inputs:
                self.due[model.table] |= widened(days, model)

    def end_of_chunk(self) -> date:
        """Find the last day of this chunk: a month's end, or ``date.max`` where all fits at once."""
        days = sorted(self.changed)
        if len(days) <= self.days_at_once:
            return date.max
        end = _end_of_month(days[0])
        while (later := _end_of_month(end + timedelta(days=1))) < days[self.days_at_once]:
            end = later
        return end


def widened(days: Iterable[date], model: Model) -> set[date]:
    """Widen changed days of the inputs by the days that a model looks back and ahead."""
    reach = range(-spec(model.table).look_ahead_days, spec(model.table).look_back_days + 1)
    return {day + timedelta(days=offset) for day in days for offset in reach}


def days_at_once(connection: Connection) -> int:
    """Count the days of one transaction: years of a small community, two months of a large one."""
    of_a_day = 0
    for table in ("silver.meter_reading", "silver.inverter_reading"):
        readings, days = connection.execute(
            f"select count(*), date_diff('day', min(period_start_utc), max(period_start_utc)) + 1 from {table}"
        ).fetchall()[0]
        of_a_day += readings // (days or 1)
    return max(DAYS_AT_ONCE, READINGS_OF_A_CHUNK // max(of_a_day, 1))


def _end_of_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def built_ahead_days(models: list[Model]) -> int:
    """Count the days past a chunk's end that tables are built for those that look ahead in them."""
    ahead = {model.table: 0 for model in models}
    for model in reversed(models):
        for table in model.inputs & ahead.keys():
            ahead[table] = max(ahead[table], ahead[model.table] + spec(model.table).look_ahead_days)
    return max(ahead.values())


def _days_of(connection: Connection, table: str, first_day: date) -> set[date]:
    rows = connection.execute(
        f"select distinct cast(period_start_utc as date) from {table} "
        f"where period_start_utc >= '{first_day.isoformat()}'"
    ).fetchall()
    return {day for (day,) in rows}
