"""Bring tables without periods up to date, touching only the rows that differ."""

from datetime import date
from time import perf_counter
from typing import NamedTuple

from wattlake.lake.build.gold import Producer, made_anew
from wattlake.lake.build.own_functions import expect_no_failure, telling_of
from wattlake.lake.build.transaction import Transaction
from wattlake.lake.contracts import columns, listed, spec
from wattlake.lake.models.graph import Model, fill
from wattlake.lake.quality import Rows, WholeTable, check
from wattlake.lake.sql import Connection, materialized, named, scalar, touched


class Difference(NamedTuple):
    """The rows in which a table and the same made anew differ.

    Attributes:
        fresh: the relation of all rows made anew.
        stale: the relation of the rows that go.
        added: the relation of the rows that come.
        rows: how many come.
        first_day: the first day that differs.
    """

    fresh: str
    stale: str
    added: str
    rows: int
    first_day: date


def compare_whole(connection: Connection, model: Model, sql: str, producer: Producer | None) -> Difference | None:
    """Compare a table with its SELECT's rows; nothing is written, and ``None`` is none differ."""
    fresh = materialized(connection, "fresh", made_anew(connection, model, sql, producer))
    expect_no_failure(connection, model, sql)
    held = f"select {listed(model.table)} from {model.table}"
    stale = materialized(connection, "stale", f"{held} except from {fresh}")
    added = materialized(connection, "added", f"from {fresh} except {held}")
    rows = scalar(connection, f"select count(*) from {added}")
    if not rows and not scalar(connection, f"select count(*) from {stale}"):
        return None
    return Difference(fresh, stale, added, rows, _first_day(connection, model, stale, added))


def make_anew(work: Transaction, model: Model) -> Difference | None:
    """Make a table anew and replace the rows that differ; give the difference, if there is one."""
    started, producer = perf_counter(), work.producers.get(model.table)
    is_made_differently = work.is_made_differently(model)
    with telling_of(model):
        difference = compare_whole(work.connection, model, fill(model.sql, work.settings), producer)
    work.note_made_today(model)
    if difference:
        work.results += check(work.connection, model.table, WholeTable(), Rows(difference.fresh))
        rows = _write_difference(work.connection, model, difference, is_made_differently)
        work.wrote(model, rows, WholeTable(), started)
    return difference


def _write_difference(connection: Connection, model: Model, difference: Difference, is_made_differently: bool) -> int:
    """Replace the rows of a table that differ; give how many came.

    Of a project's table that is made differently all are replaced: the old rows may lack what is its key today.
    """
    if model.file and is_made_differently:
        connection.execute(f"delete from {model.table}")
        return touched(connection, f"insert into {model.table} ({listed(model.table)}) from {difference.fresh}")
    same = " and ".join(f"old.{named(name)} = stale.{named(name)}" for name in spec(model.table).key)
    connection.execute(f"delete from {model.table} as old using {difference.stale} as stale where {same}")
    connection.execute(f"insert into {model.table} ({listed(model.table)}) from {difference.added}")
    return difference.rows


def _first_day(connection: Connection, model: Model, stale: str, added: str) -> date:
    """Find the first day on which rows differ; the earlier end where only an end moved."""
    if "valid_to_utc" not in columns(model.table):
        return date.min
    rest = ", ".join(name for name in columns(model.table) if name != "valid_to_utc")
    first_day: date
    (first_day,) = connection.execute(
        f"""
        select min(cast(first_utc as date))
        from (
            select case when count(*) = 2 then min(valid_to_utc) else valid_from_utc end as first_utc
            from (from {stale} union all from {added})
            group by {rest}
        )
        """
    ).fetchall()[0]
    return first_day
