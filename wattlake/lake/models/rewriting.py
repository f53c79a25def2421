"""Rewrite a SELECT on its syntax tree.

An exception is raised where there is nothing to change.
"""

from collections.abc import Mapping
from functools import cache

import sqlglot
from sqlglot import exp


class NothingToRewriteError(ValueError):
    """A SELECT lacks the table or literal that was to be changed.

    The change that was asked for would change nothing.
    """


def reading_from(sql: str, relations: Mapping[str, str]) -> str:
    """Rewrite a SELECT to read other relations in place of some tables.

    A table without an alias keeps its own name as one, so that columns that name it stay right.

    Args:
        sql: one SELECT, with or without ``$`` parameters.
        relations: what is read instead, by table; each name as it stands in the SQL, such as ``gold.spot_price``.

    Raises:
        NothingToRewriteError: the SELECT does not read one of the tables, or has a CTE of that name.
    """
    return _reading_from(sql, tuple(relations.items()))


def with_literals(sql: str, literals: Mapping[str, str]) -> str:
    """Rewrite a SELECT with other literals in place of some, texts or numbers.

    Args:
        sql: one SELECT.
        literals: the new text of a literal by its old one, such as ``2000-01-01`` or ``2041``.

    Raises:
        NothingToRewriteError: the SELECT lacks one of the literals.
    """
    tree = _parsed(sql)
    nodes = [(node, node.this) for node in tree.find_all(exp.Literal)]
    for old, new in literals.items():
        matching = [node for node, text in nodes if text == old]
        if not matching:
            raise NothingToRewriteError(f"The SELECT lacks the literal {old!r}, to become {new!r}: {sql[:80]}")
        for node in matching:
            node.set("this", new)
    return tree.sql(dialect="duckdb", copy=False)


def only_where(sql: str, condition: str) -> str:
    """Rewrite a SELECT to give only the rows that meet one more condition."""
    return _parsed(sql).where(condition, dialect="duckdb", copy=False).sql(dialect="duckdb", copy=False)


def without_empty_columns(sql: str) -> str:
    """Rewrite a SELECT to leave out the columns that are null in every row."""
    tree = _parsed(sql)
    tree.set("expressions", [column for column in tree.expressions if not _is_null(column.unalias())])
    return tree.sql(dialect="duckdb", copy=False)


@cache
def _reading_from(sql: str, relations: tuple[tuple[str, str], ...]) -> str:
    """Rewrite a SELECT as ``reading_from`` does, and keep the result.

    Each SELECT is parsed once in a process: builds and settlements ask for the same few many times.
    """
    tree = _parsed(sql)
    own_names = {cte.alias for cte in tree.find_all(exp.CTE)}
    tables = [(table, _name(table)) for table in tree.find_all(exp.Table)]
    for name, relation in relations:
        matching = [table for table, own_name in tables if own_name == name]
        if not matching or name in own_names:
            raise NothingToRewriteError(f"The SELECT does not read {name}, which was to become {relation}: {sql[:80]}")
        for table in matching:
            _rename(table, relation)
    return tree.sql(dialect="duckdb", copy=False)


def _rename(table: exp.Table, relation: str) -> None:
    renamed = exp.to_table(relation, dialect="duckdb")
    if not table.alias:
        table.set("alias", exp.TableAlias(this=exp.to_identifier(table.name)))
    for part in ("this", "db", "catalog"):
        table.set(part, renamed.args.get(part))


def _name(table: exp.Table) -> str:
    return f"{table.db}.{table.name}" if table.db else table.name


def _parsed(sql: str) -> exp.Select:
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    if not isinstance(tree, exp.Select):
        raise ValueError(f"One SELECT was expected, but this is a {type(tree).__name__.lower()}: {sql[:80]}")
    return tree


def _is_null(expression: exp.Expression) -> bool:
    return isinstance(expression.this if isinstance(expression, exp.Cast) else expression, exp.Null)
