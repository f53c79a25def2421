"""What changed: the change feed since the stored progress."""

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, field, fields
from datetime import date, datetime

from wattlake.lake.contracts import columns
from wattlake.lake.models.graph import models
from wattlake.lake.store.connection import Connection
from wattlake.lake.store.snapshots import written_stretches

GOLD = "gold"
"""The row of ``ops.progress`` that stands for all of gold: it is complete up to one snapshot."""

MARKET = "market"
"""The row of ``ops.progress`` that stands for the ledger: what changed up to one snapshot is settled."""

INPUTS_OF_MARKET = ("gold.energy_flow", "gold.spot_price", "gold.member_version", "gold.zone", "gold.calendar")
"""The tables of which a change leads to a settlement."""


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

    def said(self, table: str) -> str:
        """What changed in a table, in a few words."""
        if table in self.first_day:
            first_day = self.first_day[table]
            return f"{table} changed" + (f" from {first_day} on" if first_day > date.min else "")
        days = self.days[table]
        return f"{table} changed on {len(days)} {'day' if len(days) == 1 else 'days'}"

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


def inputs_of_gold() -> list[str]:
    """The tables of other kinds that the gold tables with periods are made from."""
    by_period = [model for model in models().values() if model.layer == "gold" and model.by_period]
    return sorted({table for model in by_period for table in model.inputs} - {model.table for model in by_period})


def fed() -> dict[str, Sequence[str]]:
    """Who starts from a stored snapshot, as rows of ``ops.progress``, and the tables whose changes each looks for."""
    return {GOLD: inputs_of_gold(), MARKET: INPUTS_OF_MARKET}


def read_feed(connection: Connection, changes: Changes, tables: Iterable[str], since: int, until: int) -> None:
    """Add what the change feed says of some tables after one snapshot and up to another, both committed."""
    stretches = list(written_stretches(connection, since, until))
    for table in tables if stretches else ():
        schema, _, name = table.partition(".")
        period = next((c for c in ("period_start_utc", "valid_from_utc") if c in columns(table)), None)
        day = f"cast({period} as date)" if period else "date '0001-01-01'"
        found = connection.execute(
            " union ".join(
                f"select {day} from ducklake_table_{kind}('lake', '{schema}', '{name}', {first}, {last})"
                for kind in ("insertions", "deletions")
                for first, last in stretches
            )
        ).fetchall()
        days = {day for (day,) in found}
        if period == "period_start_utc" and not (table in models() and models()[table].is_whole):
            changes.add(table, days)
        elif days:
            changes.add(table, first_day=min(days))
