"""Check rows in one scan: nulls, bounds, values, the contract's rules and unique keys."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from wattlake.lake.contracts import Column, columns, spec
from wattlake.lake.contracts.promises import Dimension, Severity
from wattlake.lake.models.key_collisions import crowded
from wattlake.lake.quality.gates import Rows
from wattlake.lake.quality.results import CheckResult, failing_keys
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


def scan_of(table: str, rows: Rows, faults: Sequence[Fault], has_key: bool = True) -> str:
    """Write the one scan of a table's rows, which counts those with a fault.

    It gives how many rows there are, how many have any fault, and how many groups of them may share a key.

    Args:
        table: the table.
        rows: its rows.
        faults: those that are looked for.
        has_key: whether two rows with one key are looked for, too.
    """
    any_fault = " or ".join(f"({fault.condition})" for fault in faults) or "false"
    group, is_crowded = crowded(table) if has_key and not rows.have_own_keys else ("", "false")
    grouped = f"group by {group}" if group else ""
    return f"""
        select coalesce(sum(seen), 0)::bigint as seen, coalesce(sum(faulty), 0)::bigint as faulty,
            count(*) filter (where is_crowded) as crowded_groups
        from (
            select count(*) as seen, count(*) filter (where {any_fault}) as faulty, {is_crowded} as is_crowded
            from {rows.written} {grouped}
        )
    """


def results_of_scan(
    connection: Connection, table: str, rows: Rows, faults: Sequence[Fault], seen: int, faulty: int
) -> list[CheckResult]:
    """Make a result of each fault looked for; they are told apart only where there is any."""
    counts: Sequence[int] = [0] * len(faults)
    if faulty:
        listed = ", ".join(f"count(*) filter (where {fault.condition})" for fault in faults)
        counts = connection.execute(f"select {listed} from {rows.written}").fetchall()[0]
    shown = ", ".join(named(name) for name in spec(table).key or columns(table))
    results = []
    for fault, failing in zip(faults, counts, strict=True):
        broken = f"select {shown} from {rows.written} where {fault.condition}"
        keys = failing_keys(connection, broken) if failing else None
        results.append(CheckResult(fault.name, table, fault.severity, seen, failing, keys, fault.dimension))
    return results


def result_of_keys(connection: Connection, table: str, rows: Rows, seen: int, crowded_groups: int) -> CheckResult:
    """Check that each key names one row, among the written ones and the older ones beside them."""
    key = ", ".join(named(name) for name in spec(table).key)
    repeated = ""
    if crowded_groups:
        repeated = f"select {key}, count(*) - 1 as repeated from {rows.written} group by {key} having count(*) > 1"
    elif rows.older:
        repeated = f"select {key}, 1 as repeated from {rows.older} as old semi join {rows.written} as new using ({key})"
    failing = scalar(connection, f"select sum(repeated) from ({repeated})") if repeated else 0
    keys = failing_keys(connection, repeated) if failing else None
    return CheckResult("key is unique", table, "fail", seen, failing, keys, "uniqueness")


def faults_of(table: str) -> Iterator[Fault]:
    """List the faults that the contract of a table forbids in a row."""
    for column in columns(table).values():
        yield from _faults_of_column(column)
    for rule in spec(table).rules:
        yield Fault(rule.name, f"not ({rule.holds})", rule.severity, rule.dimension)


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
