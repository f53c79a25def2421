"""Find the rows on which functions fail, by rewriting the SELECT that calls them."""

from collections.abc import Sequence
from contextlib import suppress

import duckdb
import sqlglot
from sqlglot import exp

from wattlake.lake.functions.of_project import OR_NULL, WHY, functions
from wattlake.lake.sql import Connection, named

ROWS_NAMED = 3


def setting_failures_aside(sql: str) -> str:
    """Rewrite a silver model so that a row on which a function fails is set aside.

    The error is the reason.

    The functions are called in the columns of its last SELECT.

    Raises:
        ValueError: that SELECT calls none, or has no ``quarantine_reason``.
    """
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    calls = outermost_calls(tree)
    columns = tree.selects if isinstance(tree, exp.Select) else []
    reasons = [column for column in columns if column.alias_or_name == "quarantine_reason"]
    if not calls or len(reasons) != 1 or not isinstance(reasons[0], exp.Alias):
        raise ValueError(
            "a contract with `sets_failures_aside` is of a model whose last SELECT calls a function and ends with "
            "`quarantine_reason`"
        )
    reason = exp.Coalesce(this=reasons[0].this.copy(), expressions=[why(calls)])
    for call in calls:
        call.set("this", call.name + OR_NULL)
    reasons[0].set("this", reason)
    return tree.sql(dialect="duckdb")


def outermost_calls(select: object) -> list[exp.Anonymous]:
    """List the calls of functions of the project in the columns of a SELECT itself."""
    if not isinstance(select, exp.Select):
        return []
    calls = [call for column in select.expressions for call in column.find_all(exp.Anonymous)]
    return [call for call in calls if call.name.lower() in functions() and call.parent_select is select]


def why(calls: Sequence[exp.Anonymous]) -> exp.Expression:
    """Write the expression of the first error that some calls give, null where none does."""
    reasons = [
        exp.Anonymous(this=call.name + WHY, expressions=[each.copy() for each in call.expressions]) for call in calls
    ]
    return exp.Coalesce(this=reasons[0], expressions=reasons[1:])


def failing_rows(connection: Connection, key: Sequence[str], sql: str) -> list[str]:
    """Find some rows on which functions fail, by key; none where they are called further in."""
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    calls = outermost_calls(tree)
    if not calls or not key or not isinstance(tree, exp.Select):
        return []
    reason = why(calls)
    for call in calls:
        call.set("this", call.name + OR_NULL)
    tree.select(exp.alias_(reason, "why_it_failed"), copy=False)
    listed = ", ".join(map(named, key))
    asked = f"select {listed} from ({tree.sql(dialect='duckdb')}) where why_it_failed is not null limit {ROWS_NAMED}"
    with suppress(duckdb.Error):
        rows = connection.execute(asked).fetchall()
        return [", ".join(f"{name} {value}" for name, value in zip(key, row, strict=True)) for row in rows]
    return []
