"""Quality: what the contracts promise, checked in the database on what a build wrote, before it is committed."""

import json
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any

import polars as pl

from lake.connection import Connection, named, quoted
from lake.contracts import Column, columns, spec

KEYS_SHOWN = 100

BOUNDS = {
    "greater_than_or_equal_to": ("ge", "{column} < {min_value}"),
    "less_than_or_equal_to": ("le", "{column} > {max_value}"),
    "greater_than": ("gt", "{column} <= {min_value}"),
    "less_than": ("lt", "{column} >= {max_value}"),
}

IDENTITIES = {
    "gold.energy_flow": {
        "production is self-consumption and surplus": "production_wh <> self_consumption_wh + surplus_wh",
        "consumption is self-consumption and deficit": "consumption_wh <> self_consumption_wh + deficit_wh",
    },
    "gold.forecast": {"the band holds the expectation": "expected_wh not between lower_wh and upper_wh"},
}


@dataclass(frozen=True)
class CheckResult:
    """One check of one table: a row of ``ops.check_result`` without the build and the time."""

    check_name: str
    table_name: str
    severity: str
    rows_seen: int
    rows_failing: int
    keys: str | None


class GateError(ValueError):
    """What was about to be committed breaks a contract."""

    def __init__(self, results: list[CheckResult]) -> None:
        """Say which checks failed, and keep all results for the record."""
        self.results = results
        said = [f"{r.table_name}: {r.check_name} ({r.rows_failing} of {r.rows_seen} rows)" for r in failed(results)]
        super().__init__(f"The build was rolled back because it breaks a contract. {'; '.join(said)}.")


def check(connection: Connection, table: str, where: str) -> list[CheckResult]:
    """Check the rows of a table that a condition picks, in one scan: nulls, bounds, identities, unique keys."""
    faults = {name: fault for column in columns(table).values() for name, fault in _faults(column)}
    faults |= IDENTITIES.get(table, {})
    counts = ", ".join(f"count(*) filter (where {fault})" for fault in faults.values())
    key = ", ".join(named(name) for name in spec(table).key)
    repeated = f", count(*) - count(distinct ({key}))" if key else ""
    rows = f"from {table} where ({where})"
    seen, *failing = connection.execute(f"select count(*), {counts}{repeated} {rows}").fetchall()[0]
    if key:
        faults["key is unique"] = f"({key}) in (select ({key}) {rows} group by all having count(*) > 1)"
    return [
        CheckResult(
            name, table, "fail", seen, count, _keys(connection, table, f"{rows} and {fault}") if count else None
        )
        for (name, fault), count in zip(faults.items(), failing, strict=True)
    ]


def reconcile(connection: Connection, table: str) -> CheckResult:
    """Check for a silver table that readings landed = in silver + superseded + repeated + quarantined."""
    landed, unaccounted = connection.execute(
        f"""
        select
            coalesce(sum(landed), 0)::bigint,
            (abs(coalesce(sum(landed - superseded - repeated - quarantined), 0) - (select count(*) from {table}))
            + abs(coalesce(sum(quarantined), 0) - (select count(*) from {table.replace("silver.", "quarantine.")}))
            )::bigint
        from ops.reconciliation
        where table_name = {quoted(table)}
        """
    ).fetchall()[0]
    return CheckResult("every reading is accounted for", table, "fail", landed, unaccounted, None)


def reconcile_source(connection: Connection, source: str, landing_id: int) -> CheckResult:
    """Check for a source that its silver tables together read each row of its landings, up to one of them, once."""
    rows, read = connection.execute(
        """
        select
            (select sum(rows)::bigint from ops.landing where source = $source and landing_id <= $landing_id),
            (select sum(landed)::bigint from ops.reconciliation where source = $source)
        """,
        {"source": source, "landing_id": landing_id},
    ).fetchall()[0]
    unread = abs((rows or 0) - (read or 0))
    return CheckResult("every landed row is read once", f"bronze.{source}", "fail", rows or 0, unread, None)


def failed(results: Iterable[CheckResult]) -> list[CheckResult]:
    """The results that forbid a commit."""
    return [result for result in results if result.severity == "fail" and result.rows_failing]


def record(connection: Connection, results: list[CheckResult], build_id: str, now_utc: datetime) -> None:
    """Store results in ``ops.check_result``."""
    rows = pl.DataFrame(
        [(build_id, now_utc.replace(tzinfo=None), *astuple(result)) for result in results],
        schema=list(columns("ops.check_result")),
        orient="row",
        infer_schema_length=None,  # Keys are null in most rows, and text in a few.
    )
    connection.register("check_rows", rows.to_arrow())
    connection.execute("insert into ops.check_result from check_rows")


def _faults(column: Column) -> list[tuple[str, str]]:
    faults = [] if column.nullable else [(f"{column.name} is given", f"{named(column.name)} is null")]
    for check_name, statistics in column.checks:
        if check_name == "isin":
            allowed = ", ".join(_literal(value) for value in statistics["allowed_values"])
            faults.append((f"{column.name} is one of {allowed}", f"{named(column.name)} not in ({allowed})"))
        else:
            short, fault = BOUNDS[check_name]
            (bound,) = statistics.values()
            faults.append((f"{column.name} {short} {bound}", fault.format(column=named(column.name), **statistics)))
    return faults


def _literal(value: Any) -> str:  # noqa: ANN401
    return quoted(value) if isinstance(value, str) else str(value)


def _keys(connection: Connection, table: str, rows: str) -> str:
    shown = ", ".join(named(name) for name in spec(table).key or columns(table))
    failing = connection.execute(f"select {shown} {rows} limit {KEYS_SHOWN}").pl()
    return json.dumps(failing.to_dicts(), default=str)
