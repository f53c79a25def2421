"""Check in the database what the contracts promise, before a build is committed.

The checks are of the rows that the build wrote.

A check looks only at what was written, counts in the database, and takes no more than 100 failing keys out of it.
"""

from wattlake.lake.contracts import columns
from wattlake.lake.models.graph import models
from wattlake.lake.quality.course import check_freshness, check_volume
from wattlake.lake.quality.intervals import check_intervals
from wattlake.lake.quality.ledger import (
    check_bronze,
    readings_unaccounted_for,
    reconcile,
    reconcile_source,
    remark_on_readings,
)
from wattlake.lake.quality.relations import check_relations
from wattlake.lake.quality.results import CheckResult, GateError, failed, record
from wattlake.lake.quality.rows import check_rows
from wattlake.lake.quality.schema import check_schema
from wattlake.lake.quality.sql_checks import check_sql
from wattlake.lake.quality.star import check_star
from wattlake.lake.quality.written import Days, IssuedRows, Landings, Links, Stretch, WholeTable, Written
from wattlake.lake.sql import Connection

__all__ = [
    "CheckResult",
    "Days",
    "GateError",
    "IssuedRows",
    "Landings",
    "Links",
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


def check(connection: Connection, table: str, written: Written) -> list[CheckResult]:
    """Check written rows of a table or view against all that its contract promises.

    Args:
        connection: with the lake as its current database.
        table: the table.
        written: the rows that were written.
    """
    return [
        *check_rows(connection, table, written),
        *check_intervals(connection, table, written),
        *check_relations(connection, table, written),
    ]


def check_views(
    connection: Connection, table: str, written: Written, without: frozenset[str] = frozenset()
) -> list[CheckResult]:
    """Check the rows of the views over a table that show what was written to it.

    Days are checked in the table already: of a view of them only what its joins may lack is looked for. It shows no row
    twice as long as the register's entries do not overlap, which is checked there. Views in ``without`` are left out.
    """
    results = []
    views = [model.table for model in models().values() if model.is_view and table in model.inputs]
    for view in [view for view in views if view not in without]:
        match written:
            case WholeTable():
                results += check(connection, view, written)
            case Days() if "period_start_utc" in columns(view):
                results += check_rows(connection, view, written, is_shown_only=True)
    return results
