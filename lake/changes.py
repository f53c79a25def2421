"""What changed: the change feed since the stored progress, and the days of each gold table that it concerns."""

from collections.abc import Iterable
from dataclasses import astuple, dataclass, field, fields
from datetime import date, datetime, timedelta

from lake.connection import Connection
from lake.contracts import columns, spec
from lake.models import Model

GOLD = "gold"
"""The row of ``ops.progress`` that stands for all of gold: it is complete up to one snapshot."""


@dataclass
class Progress:
    """How far the build of one table has come: a row of ``ops.progress`` without the table's name."""

    landing_id: int | None = None
    snapshot_id: int | None = None
    target_snapshot_id: int | None = None
    done_to_utc: datetime | None = None
    fingerprint: str = ""

    @property
    def at(self) -> tuple[object, ...]:
        """Where an unfinished build of gold stands."""
        return self.snapshot_id, self.target_snapshot_id, self.done_to_utc


@dataclass
class Changes:
    """What changed: the days of tables of periods; of other tables the first day from which on it may matter."""

    days: dict[str, set[date]] = field(default_factory=dict)
    first_day: dict[str, date] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether anything changed."""
        return bool(self.days or self.first_day)

    @property
    def tables(self) -> set[str]:
        """The tables in which something changed."""
        return {*self.days, *self.first_day}

    def add(self, table: str, days: Iterable[date] = (), first_day: date | None = None) -> None:
        """Note that something changed in a table."""
        if days:
            self.days.setdefault(table, set()).update(days)
        if first_day:
            self.first_day[table] = min(first_day, self.first_day.get(table, first_day))


def read_progress(connection: Connection) -> dict[str, Progress]:
    """The stored progress by table."""
    listed = ", ".join(one.name for one in fields(Progress))
    rows = connection.execute(f"select table_name, {listed} from ops.progress").fetchall()
    return {table: Progress(*values) for table, *values in rows}


def write_progress(connection: Connection, progress: dict[str, Progress]) -> None:
    """Store the progress, in the transaction that made it."""
    connection.execute("delete from ops.progress")
    rows = [(table, *astuple(values)) for table, values in sorted(progress.items())]
    listed = ", ".join("(?, ?, ?, ?, ?, ?)" for _ in rows)
    connection.execute(f"insert into ops.progress values {listed}", [value for row in rows for value in row])


def read_feed(connection: Connection, changes: Changes, tables: Iterable[str], since: int, until: int) -> None:
    """Add what the change feed says of some tables after one snapshot and up to another, both committed."""
    for table in tables if until > since else ():
        schema, _, name = table.partition(".")
        period = next((c for c in ("period_start_utc", "valid_from_utc") if c in columns(table)), None)
        day = f"cast({period} as date)" if period else "date '0001-01-01'"
        found = connection.execute(
            " union ".join(
                f"select {day} from ducklake_table_{kind}('lake', '{schema}', '{name}', {since + 1}, {until})"
                for kind in ("insertions", "deletions")
            )
        ).fetchall()
        days = {day for (day,) in found}
        if period == "period_start_utc":
            changes.add(table, days)
        elif days:
            changes.add(table, first_day=min(days))


def days_to_build(connection: Connection, model: Model, changes: Changes, is_forced: bool) -> set[date]:
    """The days of a gold table that changes of its inputs concern; all days there are, where it is forced."""
    days = {day for table in model.inputs for day in changes.days.get(table, ())}
    first_days = [changes.first_day[table] for table in model.inputs if table in changes.first_day]
    if is_forced:
        first_days = [date.min]
    if first_days:
        days |= days_there_are(connection, model, min(first_days))
    return widened(days, model)


def widened(days: set[date], model: Model) -> set[date]:
    """The days of a model that changes on some days of its inputs concern: it looks back, and ahead."""
    reach = range(-spec(model.table).look_ahead_days, spec(model.table).look_back_days + 1)
    return {day + timedelta(days=offset) for day in days for offset in reach}


def days_there_are(connection: Connection, model: Model, first_day: date) -> set[date]:
    """The days from one day on of which a gold table or its inputs hold anything."""
    tables = [table for table in (*model.inputs, model.table) if "period_start_utc" in columns(table)]
    found = connection.execute(
        " union ".join(
            f"select cast(period_start_utc as date) from {table} where period_start_utc >= '{first_day.isoformat()}'"
            for table in tables
        )
    ).fetchall()
    return {day for (day,) in found}
