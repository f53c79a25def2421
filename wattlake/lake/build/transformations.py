"""Log what a build did with the project's tables: rows in and out, set aside, seconds."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from wattlake.lake.build.transaction import Transaction
from wattlake.lake.contracts import columns, listed
from wattlake.lake.models.graph import Model, models
from wattlake.lake.quality.written import Days, Landings, Written
from wattlake.lake.sql import literal, quoted, scalar
from wattlake.lake.times import naive_utc


def log_transformations(work: Transaction, now_utc: datetime) -> None:
    """Store a row for each table of the project that was written, within the transaction."""
    rows_in = Counter[str]()
    for table, written in work.written:
        if table in models() and models()[table].file:
            rows_in[table] += _rows_in(work, models()[table], written)
    rows = ", ".join(_rows(work, rows_in, now_utc))
    if rows:
        work.connection.execute(f"insert into ops.transformation ({listed('ops.transformation')}) values {rows}")


def _rows(work: Transaction, rows_in: Counter[str], now_utc: datetime) -> Iterator[str]:
    begun = literal(naive_utc(now_utc))
    for table, rows in rows_in.items():
        aside = (
            "(select coalesce(sum(quarantined), 0)::bigint from ops.reconciliation "
            f"where build_id = {quoted(work.build_id)} and table_name = {quoted(table)})"
        )
        counted = f"{rows}, {work.rows[table]}, {aside}, {work.seconds[table]:.6f}"
        yield f"({quoted(work.build_id)}, {begun}, {quoted(table)}, {counted})"


def _rows_in(work: Transaction, model: Model, written: Written) -> int:
    """Count the rows of a model's inputs: of the landings or days that were built, else all."""
    if not model.inputs:
        return 0
    counts = (f"select count(*) as rows from {name} where {_condition(name, written)}" for name in sorted(model.inputs))
    return scalar(work.connection, f"select sum(rows)::bigint from ({' union all '.join(counts)})")


def _condition(table: str, written: Written) -> str:
    if isinstance(written, Landings) or (isinstance(written, Days) and "period_start_utc" in columns(table)):
        return written.condition
    return "true"
