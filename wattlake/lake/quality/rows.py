"""Check rows in one scan: nulls, bounds, values, the contract's rules and unique keys."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from wattlake.lake.contracts import Column, columns, spec
from wattlake.lake.contracts.promises import Dimension, Severity
from wattlake.lake.models.key_collisions import crowded
from wattlake.lake.quality.results import CheckResult, failing_keys
from wattlake.lake.quality.written import Landings, Written
from wattlake.lake.sql import Connection, named, quoted, scalar

BOUNDS = {
    "greater_than_or_equal_to": ("ge", "{column} < {min_value}"),
    "less_than_or_equal_to": ("le", "{column} > {max_value}"),
    "greater_than": ("gt", "{column} <= {min_value}"),
    "less_than": ("lt", "{column} >= {max_value}"),
}


@dataclass(frozen=True)
class Fault:
    """A fault that a row may have, with the SQL condition that holds where it does."""

    name: str
    condition: str
    severity: Severity
    dimension: Dimension


def check_rows(connection: Connection, table: str, written: Written, is_shown_only: bool = False) -> list[CheckResult]:
    """Check the written rows of a table in one scan; count faults only where it found any.

    Args:
        connection: with the lake as its current database.
        table: the table.
        written: the rows that were written.
        is_shown_only: whether a checked table's rows are shown; then only missing values are looked for.
    """
    faults = [fault for fault in faults_of(table) if not is_shown_only or fault.dimension == "completeness"]
    has_key = bool(spec(table).key) and not is_shown_only
    seen, faulty, suspicious = _scan(connection, table, written, faults, has_key)
    counts = _counted(connection, table, written, faults) if faulty else [0] * len(faults)
    results = [
        _result(connection, table, written, fault, seen, count) for fault, count in zip(faults, counts, strict=True)
    ]
    return [*results, _unique(connection, table, written, seen, suspicious)] if has_key else results


def faults_of(table: str) -> Iterator[Fault]:
    """List the faults that the contract of a table forbids in a row."""
    for column in columns(table).values():
        yield from _faults_of_column(column)
    for rule in spec(table).rules:
        yield Fault(rule.name, f"not ({rule.holds})", rule.severity, rule.dimension)


def _scan(connection: Connection, table: str, written: Written, faults: list[Fault], has_key: bool) -> list[int]:
    """Count the rows, those with any fault, and the groups in which a key may come twice."""
    any_fault = " or ".join(f"({fault.condition})" for fault in faults) or "false"
    group, is_crowded = crowded(table) if has_key else ("", "false")
    grouped = f"group by {group}" if group else ""
    counts = connection.execute(
        f"""
        select coalesce(sum(seen), 0)::bigint, coalesce(sum(faulty), 0)::bigint, count(*) filter (where is_crowded)
        from (
            select count(*) as seen, count(*) filter (where {any_fault}) as faulty, {is_crowded} as is_crowded
            from {table}
            where {written.condition}
            {grouped}
        )
        """
    ).fetchall()
    return list(counts[0])


def _counted(connection: Connection, table: str, written: Written, faults: list[Fault]) -> list[int]:
    counts = ", ".join(f"count(*) filter (where {fault.condition})" for fault in faults)
    return list(connection.execute(f"select {counts} from {table} where {written.condition}").fetchall()[0])


def _result(connection: Connection, table: str, written: Written, fault: Fault, seen: int, failing: int) -> CheckResult:
    shown = ", ".join(named(name) for name in spec(table).key or columns(table))
    rows = f"select {shown} from {table} where ({written.condition}) and ({fault.condition})"
    keys = failing_keys(connection, rows) if failing else None
    return CheckResult(fault.name, table, fault.severity, seen, failing, keys, fault.dimension)


def _unique(connection: Connection, table: str, written: Written, seen: int, suspicious: int) -> CheckResult:
    """Check that each key names one row, among those written and those that were there before."""
    key = ", ".join(named(name) for name in spec(table).key)
    picked = f"{table} where {written.condition}"
    rows = ""
    if suspicious:
        rows = f"select {key}, count(*) - 1 as repeated from {picked} group by {key} having count(*) > 1"
    elif isinstance(written, Landings) and (older := _older_rows(connection, table, written)):
        same = " and ".join(f"old.{named(name)} = new.{named(name)}" for name in spec(table).key)
        is_there = f"exists (select 1 from (select {key} from {picked}) as new where {same})"
        rows = f"select {key}, 1 as repeated from ({older}) as old where {is_there}"
    failing = scalar(connection, f"select sum(repeated) from ({rows})") if rows else 0
    keys = failing_keys(connection, rows) if failing else None
    return CheckResult("key is unique", table, "fail", seen, failing, keys, "uniqueness")


def _older_rows(connection: Connection, table: str, read: Landings) -> str:
    """Write a query of older rows that may share a key with landings; empty where none may.

    Literal bounds of times skip the files that cannot hold one, and the first part of the key most of the rest.
    """
    if not scalar(connection, f"select count(*) from (select 1 from {table} where not ({read.condition}) limit 1)"):
        return ""
    times = [name for name in spec(table).key if columns(table)[name].sql_type == "timestamp"]
    key = times or spec(table).key
    ends = ", ".join(f"min({named(name)})::varchar, max({named(name)})::varchar" for name in key)
    extremes = connection.execute(f"select {ends} from {table} where {read.condition}").fetchall()[0]
    if extremes[0] is None:
        return ""
    within = " and ".join(
        f"{named(name)} between {_of_type(low, table, name)} and {_of_type(high, table, name)}"
        for name, low, high in zip(key, extremes[::2], extremes[1::2], strict=True)
    )
    first = named(spec(table).key[0])
    older = (
        f"select * from {table} where {within} and not ({read.condition}) "
        f"and {first} in (select distinct {first} from {table} where {read.condition})"
    )
    return older if scalar(connection, f"select count(*) from (select 1 from ({older}) limit 1)") else ""


def _of_type(value: str, table: str, name: str) -> str:
    return f"cast({quoted(value)} as {columns(table)[name].sql_type})"


def _faults_of_column(column: Column) -> Iterator[Fault]:
    name = named(column.name)
    if not column.nullable:
        yield Fault(f"{column.name} is given", f"{name} is null", "fail", "completeness")
    for check_name, statistics in column.checks:
        if check_name == "isin":
            allowed = ", ".join(_literal(value) for value in statistics["allowed_values"])
            yield Fault(f"{column.name} is one of {allowed}", f"{name} not in ({allowed})", "fail", "validity")
        else:
            short, fault = BOUNDS[check_name]
            (bound,) = statistics.values()
            yield Fault(f"{column.name} {short} {bound}", fault.format(column=name, **statistics), "fail", "validity")


def _literal(value: Any) -> str:  # noqa: ANN401
    return quoted(value) if isinstance(value, str) else str(value)
