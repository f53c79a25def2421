"""Read the newest results of the checks: by check, by table, over time."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from wattlake.lake.contracts import columns, contracts
from wattlake.lake.sql import Connection

DIMENSIONS = ("completeness", "validity", "uniqueness", "timeliness", "consistency")
BUILD = r"regexp_replace(build_id, '/\d+$', '')"
"""A build without the number of its transaction."""


@dataclass(frozen=True)
class Finding:
    """A check of a table in the newest build that ran it, all transactions of it together."""

    table_name: str
    check_name: str
    severity: str
    dimension: str
    rows_seen: int
    rows_failing: int
    keys: tuple[dict[str, Any], ...]
    build: str
    checked_at_utc: datetime

    @property
    def is_wrong(self) -> bool:
        """Say whether it found a fault that rolled its build back."""
        return self.severity == "fail" and self.rows_failing > 0

    @property
    def is_unlikely(self) -> bool:
        """Say whether it found something worth a look."""
        return self.severity == "warn" and self.rows_failing > 0


def findings(connection: Connection) -> list[Finding]:
    """List the newest result of every check, the worst first."""
    rows = connection.execute(
        f"""
        -- Two builds of one run tell the same of what both looked at: that is one result.
        with told as (select distinct *, {BUILD} as build from ops.check_result),

        newest as (
            from told
            qualify dense_rank() over (
                partition by table_name, check_name order by checked_at_utc desc, build desc
            ) = 1
        )

        select
            table_name, check_name, any_value(severity), any_value(dimension), sum(rows_seen)::bigint,
            sum(rows_failing)::bigint, list(keys order by keys) filter (where keys is not null), any_value(build),
            any_value(checked_at_utc)
        from newest
        group by table_name, check_name
        """
    ).fetchall()
    newest_results = [
        Finding(table, name, severity, dimension, seen, failing, _keys(keys), build, at)
        for table, name, severity, dimension, seen, failing, keys, build, at in rows
    ]
    return sorted(
        newest_results,
        key=lambda result: (not result.is_wrong, not result.is_unlikely, result.table_name, result.check_name),
    )


def _keys(listed: list[str] | None) -> tuple[dict[str, Any], ...]:
    return tuple(key for keys in listed or () for key in json.loads(keys))


def last_build(connection: Connection) -> tuple[str, datetime] | None:
    """Find the newest build that checked anything, and when; ``None`` if there is none."""
    newest = f"select {BUILD}, checked_at_utc from ops.check_result order by checked_at_utc desc, build_id desc limit 1"
    newest_build: tuple[str, datetime] | None = connection.execute(newest).fetchone()
    return newest_build


def failures_of_last_build(connection: Connection) -> list[Finding]:
    """List the checks that rolled the newest build back; none where it was committed."""
    last = last_build(connection)
    return [result for result in findings(connection) if last and result.is_wrong and result.build == last[0]]


def tables_checked(newest_results: list[Finding]) -> list[tuple[str, list[Finding]]]:
    """List every table with the newest results of its checks, the worst first."""
    of_table = {table: [result for result in newest_results if result.table_name == table] for table in contracts()}

    def badness(table: str) -> tuple[int, int, str]:
        results = of_table[table]
        return -sum(result.is_wrong for result in results), -sum(result.is_unlikely for result in results), table

    return [(table, of_table[table]) for table in sorted(of_table, key=badness)]


def scores(connection: Connection) -> dict[str, list[tuple[date, dict[str, float | None]]]]:
    """Read each table's score in each dimension by day; ``None`` where nothing was checked."""
    listed = ", ".join(name for name in columns("warehouse.quality_score_daily") if name.endswith("_ratio"))
    rows = connection.execute(
        f"select table_name, checked_on, {listed} from warehouse.quality_score_daily order by table_name, checked_on"
    ).fetchall()
    by_table: dict[str, list[tuple[date, dict[str, float | None]]]] = {}
    for table, day, *ratios in rows:
        by_table.setdefault(table, []).append((day, dict(zip(DIMENSIONS, ratios, strict=True))))
    return by_table
