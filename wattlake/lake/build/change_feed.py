"""Find the days that changed in a table since the stored progress.

They are read from DuckLake's change feed.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from wattlake.lake.build.progress import GOLD, MARKET
from wattlake.lake.contracts import columns
from wattlake.lake.models.graph import models
from wattlake.lake.sql import Connection
from wattlake.lake.store.changed_tables import changed_tables
from wattlake.lake.store.snapshots import written_stretches

INPUTS_OF_MARKET = ("gold.energy_flow", "gold.spot_price", "gold.member_version", "gold.zone", "gold.calendar")
"""The tables of which a change leads to a settlement."""


@dataclass
class Changes:
    """The changes found so far.

    Attributes:
        days: by table with periods, the days on which rows changed.
        first_day: by other table, the first day that a change of its rows can concern.
    """

    days: dict[str, set[date]] = field(default_factory=dict)
    first_day: dict[str, date] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Tell whether anything changed."""
        return bool(self.days or self.first_day)

    @property
    def tables(self) -> set[str]:
        """List the tables in which something changed."""
        return {*self.days, *self.first_day}

    def described(self, table: str) -> str:
        """Describe in a few words how a table changed."""
        if table in self.first_day:
            first_day = self.first_day[table]
            return f"{table} changed" + (f" from {first_day} on" if first_day > date.min else "")
        days = self.days[table]
        return f"{table} changed on {len(days)} {'day' if len(days) == 1 else 'days'}"

    def add(self, table: str, days: Iterable[date] = (), first_day: date | None = None) -> None:
        """Note that some days of a table changed, or all from a first day on."""
        if days:
            self.days.setdefault(table, set()).update(days)
        if first_day:
            self.first_day[table] = min(first_day, self.first_day.get(table, first_day))


def inputs_of_gold() -> list[str]:
    """List the tables of other kinds that the gold tables with periods are made from."""
    by_period = [model for model in models().values() if model.layer == "gold" and model.by_period]
    return sorted({table for model in by_period for table in model.inputs} - {model.table for model in by_period})


def fed() -> dict[str, Sequence[str]]:
    """List the tables whose changes are read, by their row of ``ops.progress``.

    These are the rows with a stored snapshot.
    """
    return {GOLD: inputs_of_gold(), MARKET: INPUTS_OF_MARKET}


def period_of(table: str) -> str | None:
    """Give the column that says from when on a table's row holds; ``None`` where it has none."""
    return next((name for name in ("period_start_utc", "valid_from_utc") if name in columns(table)), None)


def read_feed(connection: Connection, changes: Changes, tables: Iterable[str], since: int, until: int) -> None:
    """Add the changes of some tables between two snapshots to those found so far.

    Those after the committed snapshot ``since`` are read, up to snapshot ``until``.
    """
    stretches = list(written_stretches(connection, since, until))
    changed = changed_tables(connection, since, until) if stretches else frozenset()
    # The feed of a table is 4 ms, whatever it holds; most commits change few of them.
    for table in changed.intersection(tables):
        schema, _, name = table.partition(".")
        period = period_of(table)
        day = f"cast({period} as date)" if period else "date '0001-01-01'"
        changed_days = connection.execute(
            " union ".join(
                f"select {day} from ducklake_table_{kind}('lake', '{schema}', '{name}', {first}, {last})"
                for kind in ("insertions", "deletions")
                for first, last in stretches
            )
        ).fetchall()
        days = {day for (day,) in changed_days}
        if period == "period_start_utc" and not (table in models() and models()[table].is_whole):
            changes.add(table, days)
        elif days:
            changes.add(table, first_day=min(days))
