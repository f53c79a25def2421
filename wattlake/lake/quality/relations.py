"""Check more than single rows: references, groups, stretches of time, and sums.

Sums are compared with those over another table.
"""

from wattlake.lake.contracts import Column, columns, spec
from wattlake.lake.contracts.promises import Apart, Dimension, Group, Severity, Total, Unbroken
from wattlake.lake.quality.results import CheckResult, failing_keys
from wattlake.lake.quality.written import Days, Written
from wattlake.lake.sql import Connection, named


def check_relations(connection: Connection, table: str, written: Written) -> list[CheckResult]:
    """Check the written rows against others: of their own table, and of those they refer to.

    Args:
        connection: with the lake as its current database.
        table: the table.
        written: the rows that were written.
    """
    promised = spec(table)
    referring = [column for column in columns(table).values() if column.references]
    results = [_reference(connection, table, written, column) for column in referring]
    results += [_group(connection, table, written, group) for group in promised.groups]
    results += [_apart(connection, table, apart) for apart in promised.apart]
    results += [_unbroken(connection, table, unbroken) for unbroken in promised.unbroken]
    # Only whole days have sums that can be compared.
    totals = promised.totals if isinstance(written, Days) else ()
    return results + [_total(connection, table, written, total) for total in totals]


def _reference(connection: Connection, table: str, written: Written, column: Column) -> CheckResult:
    """Check that a column takes only values of another table's; each is looked for once."""
    target, _, of = column.references.rpartition(".")
    name = named(column.name)
    looked_at = f"""
        select {name}, rows, not exists (from {target} as target where target.{named(of)} = taken.{name}) as is_broken
        from (
            select {name}, count(*) as rows
            from {table} where ({written.condition}) and {name} is not null group by {name}
        ) as taken
    """
    check_name = f"{column.name} is in {column.references}"
    return _result(connection, check_name, table, looked_at, "fail", "consistency", weight="rows")


def _group(connection: Connection, table: str, written: Written, group: Group) -> CheckResult:
    by = ", ".join(named(name) for name in group.by)
    listed, grouped = (f"{by}, ", f"group by {by}") if by else ("", "having count(*) > 0")
    looked_at = (
        f"select {listed}count(*) as rows, not ({group.holds}) as is_broken "
        f"from {table} where {written.condition} {grouped}"
    )
    return _result(connection, group.name, table, looked_at, group.severity, group.dimension)


def _apart(connection: Connection, table: str, apart: Apart) -> CheckResult:
    """Check that stretches with one value are apart, in the whole table: old may overlap new."""
    key = ", ".join(named(name) for name in spec(table).key)
    stretches = " union all ".join(
        f"select {key}, {named(name)} as shared, valid_from_utc as begins, "
        f"coalesce(valid_to_utc, timestamp 'infinity') as ends from {table} where {named(name)} is not null"
        for name in apart.of
    )
    looked_at = f"""
        select {key}, shared, begins < max(ends) over (
            partition by shared order by begins, ends rows between unbounded preceding and 1 preceding
        ) as is_broken
        from ({stretches}) where begins < ends
    """
    return _result(connection, apart.name, table, looked_at, apart.severity, "uniqueness")


def _unbroken(connection: Connection, table: str, unbroken: Unbroken) -> CheckResult:
    """Check that each stretch lasts until the next with its value begins, in the whole table."""
    of = named(unbroken.of)
    following = f"lead(valid_from_utc) over (partition by {of} order by valid_from_utc)"
    looked_at = f"""
        select {", ".join(named(name) for name in spec(table).key)}, {of}, valid_to_utc, next_from_utc,
            valid_to_utc < coalesce(next_from_utc, timestamp 'infinity') and not ({unbroken.unless}) as is_broken
        from (select *, {following} as next_from_utc from {table})
    """
    return _result(connection, unbroken.name, table, looked_at, unbroken.severity, "completeness")


def _total(connection: Connection, table: str, written: Written, total: Total) -> CheckResult:
    """Check that the days' numbers are the sums of another table's rows of these days."""
    keyed = ", ".join([*(named(name) for name in total.by), "date_trunc('day', period_start_utc) as period_start_utc"])
    ours = ", ".join(f"sum({named(name)}) as {named(name)}" for name, _ in total.sums)
    theirs = ", ".join(f"{aggregate} as {named(name)}" for name, aggregate in total.sums)
    differs = " or ".join(f"days.{named(name)} is distinct from parts.{named(name)}" for name, _ in total.sums)
    by = ", ".join(named(name) for name in (*total.by, "period_start_utc"))
    looked_at = f"""
        select {by}, {differs} as is_broken
        from (select {keyed}, {ours} from {table} where {written.condition} group by all) as days
        full join (select {keyed}, {theirs} from {total.table} where {written.condition} group by all) as parts
            using ({by})
    """
    return _result(connection, f"sums are those of {total.table}", table, looked_at, "fail", "consistency")


def _result(
    connection: Connection,
    name: str,
    table: str,
    looked_at: str,
    severity: Severity,
    dimension: Dimension,
    weight: str = "1",
) -> CheckResult:
    """Make the result of a check from a query of the things it looked at.

    The query says of each thing whether it ``is_broken``.
    """
    seen, failing = connection.execute(
        f"""
        select coalesce(sum({weight}), 0)::bigint, coalesce(sum({weight}) filter (where is_broken), 0)::bigint
        from ({looked_at})
        """
    ).fetchall()[0]
    broken = f"select * exclude (is_broken) from ({looked_at}) where is_broken"
    keys = failing_keys(connection, broken) if failing else None
    return CheckResult(name, table, severity, seen, failing, keys, dimension)
