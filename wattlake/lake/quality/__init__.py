"""Check in the database what the contracts promise, before a build is committed.

The checks are of the rows that the build wrote.

A check looks only at what was written, counts in the database, and takes no more than 100 failing keys out of it.
"""

from collections import Counter
from collections.abc import Sequence

from wattlake.lake.contracts import spec
from wattlake.lake.quality.course import check_freshness, check_volume
from wattlake.lake.quality.gates import Rows, answers, rows_in
from wattlake.lake.quality.intervals import lengths_of, result_of_intervals
from wattlake.lake.quality.ledger import (
    check_bronze,
    readings_unaccounted_for,
    reconcile,
    reconcile_source,
    remark_on_readings,
)
from wattlake.lake.quality.relations import gates_of
from wattlake.lake.quality.results import CheckResult, GateError, failed, record
from wattlake.lake.quality.rows import faults_of, result_of_keys, results_of_scan, scan_of
from wattlake.lake.quality.schema import check_schema
from wattlake.lake.quality.sql_checks import check_sql
from wattlake.lake.quality.star import check_star
from wattlake.lake.quality.views import check_days, written_whole
from wattlake.lake.quality.written import Days, IssuedRows, Landings, Links, Stretch, WholeTable, Written
from wattlake.lake.sql import Connection

__all__ = [
    "CheckResult",
    "Days",
    "GateError",
    "IssuedRows",
    "Landings",
    "Links",
    "Rows",
    "Stretch",
    "WholeTable",
    "Written",
    "check",
    "check_bronze",
    "check_freshness",
    "check_schema",
    "check_sql",
    "check_star",
    "check_views",
    "check_volume",
    "failed",
    "readings_unaccounted_for",
    "reconcile",
    "reconcile_source",
    "record",
    "remark_on_readings",
]


def check(connection: Connection, table: str, written: Written, rows: Rows | None = None) -> list[CheckResult]:
    """Check written rows of a table or view against all that its contract promises.

    All that is promised is counted in one statement; more are run only where something fails.

    Args:
        connection: with the lake as its current database.
        table: the table.
        written: the rows that were written, or are about to be.
        rows: their relations; by default they are read from the table.
    """
    rows = rows or rows_in(table, written)
    faults, gates = list(faults_of(table)), list(gates_of(table, written, rows))
    has_key, has_intervals = bool(spec(table).key), spec(table).has_intervals
    lengths = [lengths_of(rows)] if has_intervals else []
    asked = [scan_of(table, rows, faults, has_key), *lengths, *(gate.counted for gate in gates)]
    (seen, faulty, crowded_groups), *counted = answers(connection, asked)
    results = results_of_scan(connection, table, rows, faults, seen, faulty)
    if has_key:
        results.append(result_of_keys(connection, table, rows, seen, crowded_groups))
    if has_intervals:
        results.append(result_of_intervals(connection, table, rows, seen, counted.pop(0)))
    return results + [gate.result(connection, table, *counts) for gate, counts in zip(gates, counted, strict=True)]


def check_views(
    connection: Connection,
    written: Sequence[tuple[str, Written]],
    results: Sequence[CheckResult],
    without: frozenset[str] = frozenset(),
) -> list[CheckResult]:
    """Check the rows of views that show what was written to the tables they read.

    Args:
        connection: with the lake as its current database.
        written: the rows that were written, by table.
        results: of the checks of these tables.
        without: views that cannot be read, because something that they are made from is lost.
    """
    seen = Counter[str]()
    for result in results:
        if (key := spec(result.table_name).key) and result.check_name == f"{key[0]} is given":
            seen[result.table_name] += result.rows_seen
    whole = [result for view in written_whole(written, without) for result in check(connection, view, WholeTable())]
    return [*whole, *check_days(connection, written, seen, without)]
