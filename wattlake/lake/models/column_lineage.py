"""Find the columns that a column is made from, by reading the SQL with sqlglot.

The SQL is read when it is asked for.

One SELECT costs about 0.05 s and the longest way, of a saving down to bronze, 2 s at first; what was read is kept.
"""

from collections import Counter
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import sqlglot
from sqlglot import exp
from sqlglot.lineage import lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, build_scope

from wattlake.lake.contracts import columns, contracts
from wattlake.lake.models.graph import models
from wattlake.lake.models.lineage import WRITTEN_FROM, steps

STEP = "step"
"""The schema of a step's own relations while its SQL is read."""


class Origin(NamedTuple):
    """A column of a table, or of a step that is written ``folder/file``."""

    table: str
    column: str


def columns_upstream(table: str, column: str) -> dict[Origin, frozenset[Origin]]:
    """List all columns that a column is made from, each with its own origins."""
    graph: dict[Origin, frozenset[Origin]] = {}
    waiting = [Origin(table, column)]
    while waiting:
        name = waiting.pop()
        if name not in graph:
            graph[name] = origins(*name)
            waiting.extend(graph[name])
    return graph


def ways_to(graph: Mapping[Origin, frozenset[Origin]], column: Origin) -> Counter[Origin]:
    """Count the ways that lead from each column of a graph to one of them.

    What a table takes from its own earlier rows is no way.
    """
    origins_first: list[Origin] = []
    seen: set[Origin] = set()

    def visit(name: Origin) -> None:
        seen.add(name)
        for origin in sorted(graph[name] - seen):
            if origin not in seen:
                visit(origin)
        origins_first.append(name)

    visit(column)
    ways = Counter({column: 1})
    for name in reversed(origins_first):
        for origin in graph[name] - {name}:
            ways[origin] += ways[name]
    return ways


@cache
def origins(table: str, column: str) -> frozenset[Origin]:
    """List the columns that a column of a table or step is made from at once.

    There are none where it is given, a constant, or what a forecaster makes of what Python hands to it.
    """
    if table not in models() and table not in steps():
        names = [name for name in WRITTEN_FROM.get(table, ()) if name in steps() and steps()[name].is_whole]
        return frozenset(Origin(name, column) for name in names if column in _output(name))
    # A producer computes what the SELECT has not, from all that the SELECT gives.
    wanted = [column] if column in _output(table) else _output(table)
    return frozenset(origin for name in wanted for origin in _of_select(table, name))


def _of_select(table: str, column: str) -> set[Origin]:
    tree = lineage(column, _select(table), {}, scope=_scope(table), dialect="duckdb")
    origins = set()
    for node in tree.walk():
        if not node.downstream and isinstance(node.source, exp.Table) and node.source.db:
            name = sqlglot.parse_one(node.name, dialect="duckdb").name
            origins |= {
                Origin(origin, written)
                for origin in _named(table, node.source)
                for written in _columns(origin)
                if written.lower() == name.lower()  # sqlglot writes names small, as DuckDB finds them.
            }
    return origins


@cache
def _output(table: str) -> tuple[str, ...]:
    """List the columns of the SELECT of a model or step."""
    return tuple(_select(table).named_selects)


@cache
def _scope(table: str) -> Scope | None:
    return build_scope(_select(table))


@cache
def _select(table: str) -> exp.Query:
    """Read the SELECT of a model or step, every column qualified by its table."""
    sql = steps()[table].sql if table in steps() else models()[table].sql
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    own = {cte.alias for cte in tree.find_all(exp.CTE)}
    by_table: dict[str, dict[str, dict[str, str]]] = {}
    for read in tree.find_all(exp.Table):
        if read.name and not read.db and read.name not in own and table in steps():
            read.set("db", exp.to_identifier(STEP))
        if read.db:
            names = (name for origin in _named(table, read) for name in _columns(origin))
            by_table.setdefault(read.db, {})[read.name] = dict.fromkeys(names, "unknown")
    schema: dict[str, object] = {**by_table}
    qualified = qualify(tree, dialect="duckdb", schema=schema, validate_qualify_columns=False, identify=False)
    if not isinstance(qualified, exp.Query):
        raise ValueError(f"The SQL of {table} is no SELECT.")
    return _by_position(qualified)


def _columns(table: str) -> tuple[str, ...]:
    return tuple(columns(table)) if table in contracts() else _output(table)


def _named(table: str, read: exp.Table) -> frozenset[str]:
    """Find the tables and steps behind a relation that a SELECT reads."""
    return steps()[table].reads[read.name] if read.db == STEP else frozenset({f"{read.db}.{read.name}"})


def _by_position(tree: exp.Query) -> exp.Query:
    """Put the columns of each union by name into one order.

    sqlglot takes every union by position.
    """
    for union in tree.find_all(exp.SetOperation):
        if union.args.get("by_name"):
            by_name = {select.alias_or_name: select for select in union.right.selects}
            missing = {name: exp.alias_(exp.null(), name) for name in union.left.named_selects}
            union.right.set("expressions", [by_name.get(name, missing[name]) for name in missing])
            union.set("by_name", None)
    return tree
