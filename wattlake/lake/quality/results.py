"""Results of checks, those that forbid a commit, and their record in ``ops.check_result``."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from wattlake.lake.contracts.promises import Dimension, Severity
from wattlake.lake.sql import Connection
from wattlake.lake.store.rows import read_rows
from wattlake.lake.times import naive_utc

KEYS_SHOWN = 100


@dataclass(frozen=True)
class CheckResult:
    """One check of one table: a row of ``ops.check_result`` without the build and the time."""

    check_name: str
    table_name: str
    severity: Severity
    rows_seen: int
    rows_failing: int
    keys: str | None
    dimension: Dimension


class GateError(ValueError):
    """Rows that were about to be committed break a contract."""

    def __init__(self, results: list[CheckResult]) -> None:
        """Say which checks failed, and keep all results for the record."""
        self.results = joined(results)
        failures = [
            f"{r.table_name}: {r.check_name} ({r.rows_failing} of {r.rows_seen} rows)" for r in failed(self.results)
        ]
        super().__init__(
            f"The build was rolled back because it breaks a contract. {'; '.join(failures)}. "
            "`wattlake quality` shows the failing rows."
        )


def failed(results: Iterable[CheckResult]) -> list[CheckResult]:
    """List the results that forbid a commit."""
    return [result for result in results if result.severity == "fail" and result.rows_failing]


def joined(results: Iterable[CheckResult]) -> list[CheckResult]:
    """Add up the results of each check of a table, of which each part written gave one."""
    by_check: dict[tuple[str, str], list[CheckResult]] = {}
    for result in results:
        by_check.setdefault((result.table_name, result.check_name), []).append(result)
    return [_sum(parts) if len(parts) > 1 else parts[0] for parts in by_check.values()]


def _sum(parts: list[CheckResult]) -> CheckResult:
    seen, failing = sum(part.rows_seen for part in parts), sum(part.rows_failing for part in parts)
    keys = [key for part in parts for key in json.loads(part.keys or "[]")][:KEYS_SHOWN]
    return replace(
        parts[0],
        rows_seen=seen,
        rows_failing=failing,
        keys=json.dumps(keys, ensure_ascii=False) if failing else None,
    )


def failing_keys(connection: Connection, sql: str) -> str:
    """Give the first rows of a query as JSON: no more than a person reads."""
    shown = read_rows(connection, f"from ({sql}) limit {KEYS_SHOWN}")
    return json.dumps(shown.records(), default=str, ensure_ascii=False)


def record(connection: Connection, results: list[CheckResult], build_id: str, now_utc: datetime) -> None:
    """Store results in ``ops.check_result``, one of each check of a table."""
    import polars as pl  # A command that only reads results does not wait for it.

    at = naive_utc(now_utc)
    rows = pl.DataFrame(
        [{"build_id": build_id, "checked_at_utc": at, **vars(result)} for result in joined(results)],
        infer_schema_length=None,  # Keys are null in most rows, and text in a few.
    )
    connection.register("check_rows", rows.to_arrow())
    connection.execute("insert into ops.check_result by name from check_rows")
