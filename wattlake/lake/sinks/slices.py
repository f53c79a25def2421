"""Slices of tables by day or month: keys, conditions in SQL, hashes of what they hold."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from typing import Literal, NamedTuple

from wattlake.lake.sinks.tables import SinkTable
from wattlake.lake.sql import Connection, literal, named

Unit = Literal["day", "month"]
WHOLE = date.min
"""The key of the only slice of a table that has no days."""


class Stretch(NamedTuple):
    """Slices that follow one another: from the first day on, before the last."""

    first: date
    end: date


def slice_of(day: date, unit: Unit) -> date:
    """Give the slice that a day is in: itself, or the first day of its month."""
    return day.replace(day=1) if unit == "month" else day


def end_of(key: date, unit: Unit) -> date:
    """Give the day after a slice's last."""
    return (key + timedelta(days=1)) if unit == "day" else (key.replace(day=28) + timedelta(days=4)).replace(day=1)


def stretches(slices: Collection[date], unit: Unit) -> Iterator[Stretch]:
    """Put slices that follow one another together."""
    current: Stretch | None = None
    for key in sorted(slices):
        if current and current.end == key:
            current = Stretch(current.first, end_of(key, unit))
        else:
            if current:
                yield current
            current = Stretch(key, end_of(key, unit))
    if current:
        yield current


def condition(column: str | None, slices: Collection[date] | None, unit: Unit) -> str:
    """Write the condition on a column that picks slices; all where none or no column is named."""
    if slices is None or column is None:
        return "true"
    together = list(stretches(slices, unit))
    if not together:
        return "false"
    name = named(column)

    def within(stretch: Stretch) -> str:
        return f"{name} >= {literal(stretch.first)} and {name} < {literal(stretch.end)}"

    # Files are left out by the bounds of a plain conjunction, not by those of its parts.
    envelope = within(Stretch(together[0].first, together[-1].end))
    return f"{envelope} and ({' or '.join(map(within, together))})" if len(together) > 1 else envelope


def contents(connection: Connection, table: SinkTable, slices: Collection[date] | None, unit: Unit) -> dict[date, str]:
    """Hash what a table holds of slices, or of all, whatever the order of its rows."""
    key = literal(WHOLE)
    if table.sliced_by:
        column = named(table.sliced_by)
        key = f"cast({column if unit == 'day' else f'date_trunc({unit!r}, {column})'} as date)"
    rows = connection.execute(
        f"""
        select {key} as slice, count(*) || ':' || sum(hash({table.selected})::hugeint)::varchar
        from {table.table} where {condition(table.sliced_by, slices, unit)}
        group by all
        """
    ).fetchall()
    return dict(rows)
