"""Build gold by period: replace the days that changed, and nothing else."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from itertools import pairwise
from typing import TYPE_CHECKING

from wattlake.lake.build.own_functions import expect_no_failure
from wattlake.lake.contracts import listed, spec
from wattlake.lake.models.graph import Model, fill
from wattlake.lake.quality.written import Days, within
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection, materialized, touched
from wattlake.lake.times import ONE_DAY

if TYPE_CHECKING:
    import polars as pl

Producer = Callable[["pl.DataFrame"], "pl.DataFrame"]
"""Makes the rows of a table from those of the model's SELECT, where SQL cannot."""

MOST_DAYS_BETWEEN = 7
"""A gap of up to 7 unchanged days is computed with the days around it: each window costs a query and a file."""


def build_days(
    connection: Connection, model: Model, settings: Settings, days: set[date], producer: Producer | None
) -> tuple[int, set[date]]:
    """Replace some days of a table, within the caller's transaction.

    Most of the days that a model looks back or ahead from are as they were; of such a table only those that differ are
    replaced, so that what reads it has no more to do than is needed.

    Returns:
        The rows written, and the days that were replaced.
    """
    rows, replaced = 0, set()
    for stretch in stretches(days, MOST_DAYS_BETWEEN):
        window = {"from_utc": stretch[0], "to_utc": stretch[1]}
        sql = fill(model.sql, settings, window)
        made = made_anew(connection, model, sql, producer)
        if looks_around(model):
            fresh = materialized(connection, "fresh", made)
            differing = _differing_days(connection, model.table, fresh, stretch)
            if differing:
                rows += _replace(
                    connection, model.table, on_days(differing), f"from {fresh} where {on_days(differing)}"
                )
            replaced |= differing
        else:
            wanted = on_days({day for day in days if stretch[0].date() <= day < stretch[1].date()})
            rows += _replace(connection, model.table, wanted, f"{made} where {wanted}")
        expect_no_failure(connection, model, sql)
    return rows, replaced if looks_around(model) else days


def looks_around(model: Model) -> bool:
    """Say whether the rows of a day follow from other days, too."""
    return bool(spec(model.table).look_back_days or spec(model.table).look_ahead_days)


def _replace(connection: Connection, table: str, condition: str, fresh: str) -> int:
    connection.execute(f"delete from {table} where {condition}")
    return touched(connection, f"insert into {table} ({listed(table)}) {fresh}")


def _differing_days(connection: Connection, table: str, fresh: str, stretch: tuple[datetime, datetime]) -> set[date]:
    """Find the days of a stretch on which a table and the rows made anew differ."""
    days = connection.execute(
        f"""
        select distinct cast(period_start_utc as date)
        from (
            select period_start_utc
            from (
                select {listed(table)}, 1 as more from {fresh}
                union all
                select {listed(table)}, -1 from {table} where {within(stretch)}
            )
            group by {listed(table)}
            having sum(more) <> 0
        )
        """
    ).fetchall()
    return {day for (day,) in days}


def on_days(days: set[date]) -> str:
    """Write the condition that a period starts on some days; DuckLake skips files by it."""
    return Days(frozenset(days)).condition


def stretches(days: set[date], days_between: int = 0) -> Iterator[tuple[datetime, datetime]]:
    """Join days to half-open stretches ``[start, end)``, in order.

    Days with at most ``days_between`` other days between them are joined to one stretch.

    The instants have no offset and are in UTC.
    """
    ordered = sorted(days)
    gap = (days_between + 1) * ONE_DAY
    breaks = [0, *(i for i, (a, b) in enumerate(pairwise(ordered), 1) if b - a > gap), len(ordered)]
    for start, end in pairwise(breaks):
        if start < end:
            yield (
                datetime.combine(ordered[start], time.min),
                datetime.combine(ordered[end - 1] + ONE_DAY, time.min),
            )


def made_anew(connection: Connection, model: Model, sql: str, producer: Producer | None) -> str:
    """Write the query of a table's rows, by its SELECT alone or also by its producer."""
    if producer is not None:
        connection.register("produced", producer(connection.execute(sql).pl()).to_arrow())
        sql = "from produced"
    return f"select {listed(model.table)} from ({sql})"
