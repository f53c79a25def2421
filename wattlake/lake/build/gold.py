"""Build gold by period: replace the days that changed, and nothing else."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from itertools import pairwise
from typing import TYPE_CHECKING

from wattlake.lake.build.own_functions import expect_no_failure
from wattlake.lake.contracts import listed, spec
from wattlake.lake.models.graph import Model, fill
from wattlake.lake.quality.gates import Rows
from wattlake.lake.quality.written import Days, within
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection, materialized, touched
from wattlake.lake.store.tables import typed
from wattlake.lake.times import ONE_DAY

if TYPE_CHECKING:
    import polars as pl

Producer = Callable[["pl.DataFrame"], "pl.DataFrame"]
"""Makes the rows of a table from those of the model's SELECT, where SQL cannot."""

Stretch = tuple[datetime, datetime]
"""Instants without an offset, in UTC, half-open."""

Gate = Callable[[set[date], Rows | None], None]
"""Holds the rows of some days to the contract of their table: in memory, or where they stand by now."""

MOST_DAYS_IN_MEMORY = 7
"""Rows of a week are held in memory for the gates; those of months are read again, which costs less."""

MOST_DAYS_BETWEEN = 7
"""A gap of up to 7 unchanged days is computed with the days around it: each window costs a query and a file."""


def build_days(
    connection: Connection,
    model: Model,
    settings: Settings,
    days: set[date],
    producer: Producer | None,
    *,
    gate: Gate,
    may_hold: Callable[[Stretch], bool],
) -> tuple[int, set[date]]:
    """Replace some days of a table, within the caller's transaction.

    Most of the days that a model looks back or ahead from are as they were; of such a table only those that differ are
    replaced, so that what reads it has no more to do than is needed.

    Args:
        connection: with the lake as its current database.
        model: makes the table.
        settings: of the lake.
        days: the days.
        producer: what SQL cannot compute.
        gate: holds what replaces some days to the contract.
        may_hold: says whether the table may hold rows of a stretch; where it holds none, nothing is looked for.

    Returns:
        The rows written, and the days that were replaced.
    """
    rows, replaced = 0, set[date]()
    for stretch in stretches(days, MOST_DAYS_BETWEEN):
        sql = fill(model.sql, settings, {"from_utc": stretch[0], "to_utc": stretch[1]})
        fresh = f"({made_anew(connection, model, sql, producer)})"
        wanted = {day for day in days if stretch[0].date() <= day < stretch[1].date()}
        is_in_memory = looks_around(model) or len(wanted) <= MOST_DAYS_IN_MEMORY
        if is_in_memory:
            fresh = materialized(connection, "fresh", f"from {fresh}")
        held = model.table if may_hold(stretch) else ""
        if looks_around(model):
            wanted = _differing_days(connection, model.table, fresh, held, stretch)
        if wanted:
            if is_in_memory:
                gate(wanted, Rows(f"(from {fresh} where {on_days(wanted)})"))
            rows += _replace(connection, model.table, wanted, fresh, held)
            if not is_in_memory:
                gate(wanted, None)
        replaced |= wanted
        expect_no_failure(connection, model, sql)
    return rows, replaced


def looks_around(model: Model) -> bool:
    """Say whether the rows of a day follow from other days, too."""
    return bool(spec(model.table).look_back_days or spec(model.table).look_ahead_days)


def _replace(connection: Connection, table: str, days: set[date], fresh: str, held: str) -> int:
    """Replace days of a table by the fresh rows of them, and give how many.

    ``held`` is the table, or empty where it has no older rows of these days.
    """
    condition = on_days(days)
    if held:
        connection.execute(f"delete from {held} where {condition}")
    return touched(connection, f"insert into {table} ({listed(table)}) from {fresh} where {condition}")


def _differing_days(connection: Connection, table: str, fresh: str, held: str, stretch: Stretch) -> set[date]:
    """Find the days of a stretch on which a table's held rows and those made anew differ."""
    older = f"union all select {listed(table)}, -1 from {held} where {within(stretch)}" if held else ""
    days = connection.execute(
        f"""
        select distinct cast(period_start_utc as date)
        from (
            select period_start_utc
            from (
                select {listed(table)}, 1 as more from {fresh}
                {older}
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


def stretches(days: set[date], days_between: int = 0) -> Iterator[Stretch]:
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
    return f"select {typed(model.table)} from ({sql})"
