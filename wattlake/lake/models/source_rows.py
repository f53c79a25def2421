"""Add the source's own row to readings, as JSON, for the quarantine.

It stands beside what a model makes of it.
"""

from collections.abc import Iterable

import sqlglot
from sqlglot import exp

from wattlake.lake.contracts import columns
from wattlake.lake.sql import named, quoted

SET_ASIDE = "quarantine_reason is not null"


def with_original(sql: str, source: str, of: str = SET_ASIDE, beside: Iterable[str] = ()) -> str:
    """Add a column ``original`` to a silver model's SQL: the bronze row as JSON.

    It is the row as its source wrote it.

    Every SELECT on the way from the bronze table to the last one hands the row on as a struct; that costs little, for
    its texts are not copied, and JSON is made only of the readings that are wanted.

    Args:
        sql: the model, its parameters filled in.
        source: ``bronze.<source>`` is where the rows come from.
        of: the readings that are wanted, as a condition on the model's columns; ``original`` is null for the others.
        beside: columns of the bronze row that stand beside each reading as they are.

    Raises:
        ValueError: the model is not one SELECT.
    """
    model = _parsed(sql)
    reading = {source}  # The tables that hold the rows: bronze itself, then the CTEs that hand them on.
    for cte in model.ctes:
        if isinstance(cte.this, exp.Select) and cte.this.args["from_"].this.name in reading:
            _hand_on(cte.this, source)
            reading.add(cte.alias)
    own = [name for name in columns(f"bronze.{source}") if not name.startswith("_")]
    struct = _struct(own) if model.args["from_"].this.name == source else "written_by_source"
    for name in beside:
        model.select(f"struct_extract({struct}, {quoted(name)}) as {named(name)}", dialect="duckdb", copy=False)
    return _with_json(model, struct, of)


def with_cells(sql: str, names: Iterable[str], of: str = SET_ASIDE) -> str:
    """Add a column ``original`` to a SELECT of readings, made of the file's cells as JSON.

    ``names`` are the columns that hold what the file says.
    """
    return _with_json(_parsed(sql), _struct(names), of)


def _parsed(sql: str) -> exp.Select:
    select = sqlglot.parse_one(sql, dialect="duckdb")
    if not isinstance(select, exp.Select):
        raise ValueError(f"A model is one SELECT, but this one is a {type(select).__name__.lower()}: {sql[:80]}")
    return select


def _hand_on(select: exp.Select, source: str) -> None:
    """Let a SELECT give the source's row, too.

    The first SELECT makes it from bronze, the others take it from the CTE before.
    """
    is_first = select.args["from_"].this.name == source
    has_it = not is_first and any(expression.is_star for expression in select.expressions)
    if not has_it:
        own = [name for name in columns(f"bronze.{source}") if not name.startswith("_")]
        row = f"{_struct(own)} as written_by_source" if is_first else "written_by_source"
        select.select(row, dialect="duckdb", copy=False)


def _struct(names: Iterable[str]) -> str:
    return f"{{{', '.join(f'{quoted(name)}: {named(name)}' for name in names)}}}"


def _with_json(model: exp.Select, struct: str, of: str) -> str:
    """Add the fields of a struct that are not null, as JSON.

    Merging an object leaves its nulls out.
    """
    written = f"cast(json_merge_patch('{{}}', to_json({struct})) as varchar)"
    model.select(f"case when {of} then {written} end as original", dialect="duckdb", copy=False)
    return model.sql(dialect="duckdb", copy=False)  # A copy of the tree takes as long as reading it.
