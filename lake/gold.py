"""Gold, built by period or whole: replace the days that changed, and nothing else."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise

import polars as pl

from lake.connection import Connection, scalar
from lake.contracts import columns, spec
from lake.models import Model, fill
from lake.settings import Settings

Producer = Callable[[pl.DataFrame], pl.DataFrame]
"""What SQL cannot compute: takes the rows of the model's SELECT, gives the rows of its table."""

ONE_DAY = timedelta(days=1)


def build_days(
    connection: Connection, model: Model, settings: Settings, days: set[date], producer: Producer | None
) -> int:
    """Replace some days of a table, within the caller's transaction; gives the rows written."""
    rows = 0
    listed = ", ".join(columns(model.table))
    for start, end in stretches(days):
        connection.execute(f"delete from {model.table} where {within((start, end))}")
        origin = _rows(connection, fill(model.sql, settings, {"from_utc": start, "to_utc": end}), producer)
        connection.execute(f"insert into {model.table} select {listed} from ({origin})")
        rows += scalar(connection, f"select count(*) from {model.table} where {within((start, end))}")
    return rows


def within(stretch: tuple[datetime, datetime]) -> str:
    """The condition that a row's period starts within a half-open stretch, in literals."""
    return f"period_start_utc >= timestamp '{stretch[0]}' and period_start_utc < timestamp '{stretch[1]}'"


def build_whole(
    connection: Connection, model: Model, settings: Settings, producer: Producer | None
) -> tuple[int, date | None]:
    """Bring a table without periods up to date, touching only the rows that differ.

    Returns:
        The rows written, and the first day that differs; ``None`` where nothing does.
    """
    origin = _rows(connection, fill(model.sql, settings), producer)
    connection.execute(
        f"create or replace temp table fresh as select {', '.join(columns(model.table))} from ({origin})"
    )
    connection.execute(f"create or replace temp table stale as from {model.table} except from temp.fresh")
    connection.execute(f"create or replace temp table added as from temp.fresh except from {model.table}")
    added = scalar(connection, "select count(*) from temp.added")
    if not added and not scalar(connection, "select count(*) from temp.stale"):
        return 0, None
    same = " and ".join(f"old.{name} = stale.{name}" for name in spec(model.table).key)
    connection.execute(f"delete from {model.table} as old using temp.stale where {same}")
    connection.execute(f"insert into {model.table} from temp.added")
    return added, _first_day(connection, model)


def stretches(days: set[date]) -> Iterator[tuple[datetime, datetime]]:
    """The days as half-open stretches ``[start, end)`` without gaps, in order; instants without an offset, in UTC."""
    ordered = sorted(days)
    breaks = [0, *(i for i, (a, b) in enumerate(pairwise(ordered), 1) if b - a > ONE_DAY), len(ordered)]
    for start, end in pairwise(breaks):
        if start < end:
            yield (
                datetime.combine(ordered[start], time.min),
                datetime.combine(ordered[end - 1] + ONE_DAY, time.min),
            )


def _first_day(connection: Connection, model: Model) -> date:
    """The first day that stale and added rows do not agree on: of one whose end alone moved, its earlier end."""
    if "valid_to_utc" not in columns(model.table):
        return date.min
    rest = ", ".join(name for name in columns(model.table) if name != "valid_to_utc")
    first_day: date
    (first_day,) = connection.execute(
        f"""
        select min(cast(first_utc as date))
        from (
            select case when count(*) = 2 then min(valid_to_utc) else valid_from_utc end as first_utc
            from (from temp.stale union all from temp.added)
            group by {rest}
        )
        """
    ).fetchall()[0]
    return first_day


def _rows(connection: Connection, sql: str, producer: Producer | None) -> str:
    if producer is None:
        return sql
    connection.register("produced", producer(connection.execute(sql).pl()).to_arrow())
    return "from produced"
