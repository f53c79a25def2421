"""Find out from a view's SQL which of its inputs concern it day by day.

A row of such an input changes only rows that begin on its own day of UTC; one of any other may change them all.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import NamedTuple

from sqlglot import exp, parse_one

from wattlake.lake.contracts import columns
from wattlake.lake.models.graph import models, tables_read

PERIOD = "period_start_utc"
ROWS_OF_ALL_DAYS = (exp.Group, exp.Having, exp.Qualify, exp.Limit, exp.Offset)


class Inputs(NamedTuple):
    """The tables that a relation is made from.

    Attributes:
        by_day: those that concern it day by day.
        whole: those of which a change may concern any of its rows.
        has_days: whether its own rows are of days, by ``period_start_utc``.
    """

    by_day: frozenset[str]
    whole: frozenset[str]
    has_days: bool

    @property
    def tables(self) -> frozenset[str]:
        """List all of them."""
        return self.by_day | self.whole


NOTHING = Inputs(frozenset(), frozenset(), False)


@cache
def inputs_of(table: str) -> Inputs:
    """Find the tables that a view is made from, through other views; of a table, itself."""
    if not (table in models() and models()[table].is_view):
        has_days = PERIOD in columns(table)
        return Inputs(frozenset({table} if has_days else ()), frozenset(() if has_days else {table}), has_days)
    return inputs_of_sql(models()[table].sql)


def inputs_of_sql(sql: str) -> Inputs:
    """Find the tables that a SELECT is made from, through views."""
    inputs = _of_query(parse_one(sql, dialect="duckdb"), {})
    read = frozenset[str]().union(*(inputs_of(name).tables for name in tables_read(sql)))
    # What only a subquery within an expression reads is in no FROM.
    return inputs._replace(whole=inputs.whole | (read - inputs.by_day))


def _of_query(query: exp.Expr, known: Mapping[str, Inputs]) -> Inputs:
    """Find the inputs of a SELECT or a union of some, whose CTEs may read one another."""
    named = dict(known)
    for cte in query.args["with_"].expressions if query.args.get("with_") else ():
        named[cte.alias] = _of_query(cte.this, named)
    if isinstance(query, exp.Subquery):
        return _of_query(query.this, named)
    if isinstance(query, exp.SetOperation):
        sides = [_of_query(side, named) for side in (query.left, query.right)]
        return _together(sides, has_days=all(side.has_days for side in sides))
    return _of_select(query, named)


def _of_select(select: exp.Expr, named: Mapping[str, Inputs]) -> Inputs:
    sources = dict(_sources(select, named))
    linked = set() if _mixes_days(select, sources) else _linked(select, sources)
    parts = [source._replace(has_days=alias in linked) for alias, source in sources.items()]
    return _together(parts, has_days=bool(linked))


def _together(parts: list[Inputs], has_days: bool) -> Inputs:
    """Join the inputs of parts; what one reads as a whole, all of it does."""
    by_day = frozenset[str]().union(*(part.by_day for part in parts if has_days and part.has_days))
    whole = frozenset[str]().union(*(part.whole if has_days and part.has_days else part.tables for part in parts))
    return Inputs(by_day - whole, whole, has_days)


def _sources(select: exp.Expr, named: Mapping[str, Inputs]) -> Iterator[tuple[str, Inputs]]:
    """List the relations that a SELECT reads, by alias, with what they are made from."""
    read = [select.args["from_"].this] if select.args.get("from_") else []
    for relation in [*read, *(join.this for join in select.args.get("joins") or ())]:
        if isinstance(relation, exp.Subquery):
            yield relation.alias_or_name, _of_query(relation, named)
        else:
            db, name = relation.text("db"), relation.name
            yield relation.alias_or_name, inputs_of(f"{db}.{name}") if db else named.get(name, NOTHING)


def _mixes_days(select: exp.Expr, sources: Mapping[str, Inputs]) -> bool:
    """Tell whether a row of the SELECT may be made from rows of several days."""
    if any(select.args.get(kind.key) for kind in ROWS_OF_ALL_DAYS):
        return True
    conditions = [join.args.get("on") for join in select.args.get("joins") or ()]
    for expression in filter(None, [*select.expressions, select.args.get("where"), *conditions]):
        windows = list(expression.find_all(exp.Window))
        within = {id(aggregate) for window in windows for aggregate in window.this.find_all(exp.AggFunc)}
        outside = [each for each in expression.find_all(exp.AggFunc) if id(each) not in within]
        if outside or expression.find(exp.Query) or not all(_is_of_one_day(window, sources) for window in windows):
            return True
    return False


def _is_of_one_day(window: exp.Window, sources: Mapping[str, Inputs]) -> bool:
    return any(_aliases(part, sources) for part in window.args.get("partition_by") or ())


def _linked(select: exp.Expr, sources: Mapping[str, Inputs]) -> set[str]:
    """List the relations whose rows are of the day of the row that they are joined to."""
    linked = _of_output(select, sources)
    pairs = [
        _aliases(equality.left, sources) | _aliases(equality.right, sources)
        for join in select.args.get("joins") or ()
        if join.args.get("on")
        for equality in (join.args["on"].flatten() if isinstance(join.args["on"], exp.And) else [join.args["on"]])
        if isinstance(equality, exp.EQ) and _aliases(equality.left, sources) and _aliases(equality.right, sources)
    ]
    for _ in pairs:
        linked |= {alias for pair in pairs if pair & linked for alias in pair}
    return linked


def _of_output(select: exp.Expr, sources: Mapping[str, Inputs]) -> set[str]:
    """List the relation whose period the SELECT gives as its own."""
    for expression in select.expressions:
        if isinstance(expression, exp.Star) and not any(expression.args.values()) and len(sources) == 1:
            return {alias for alias, source in sources.items() if source.has_days}
        if expression.alias_or_name == PERIOD:
            value = expression.unalias()
            options = [value.this, *value.expressions] if isinstance(value, exp.Coalesce) else [value]
            return set().union(*(_aliases(option, sources) for option in options))
    return set()


def _aliases(expression: exp.Expr, sources: Mapping[str, Inputs]) -> set[str]:
    """Give the relation of whose period, or its day, an expression is, if it is of any."""
    if isinstance(expression, exp.TimestampTrunc | exp.DateTrunc) and expression.text("unit").upper() == "DAY":
        expression = expression.this
    if not (isinstance(expression, exp.Column) and expression.name == PERIOD):
        return set()
    aliases = [expression.table] if expression.table else list(sources)
    return {alias for alias in aliases if len(aliases) == 1 and alias in sources and sources[alias].has_days}
