"""The structure of tables in PostgreSQL: what is there, what fits, and what is missing."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from wattlake.lake.contracts import Column
from wattlake.lake.sinks.errors import SinkError
from wattlake.lake.sinks.postgres.server import Server
from wattlake.lake.sinks.tables import SinkTable
from wattlake.lake.sql import quoted

TYPES = {
    "varchar": "text",
    "bigint": "bigint",
    "double": "double precision",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp without time zone",
}
ALSO_FIT = {
    "varchar": r"character varying(\(\d+\))?",
    "bigint": r"integer|smallint|numeric(\(\d+,0\))?",
    "timestamp": r"timestamp with time zone",
}
"""Other types that hold each value exactly, or refuse it aloud."""

DECIMAL = re.compile(r"(?:decimal|numeric)\((\d+),(\d+)\)")
TABLES = ("r", "p")
STRUCTURE = """
select class.relname::text, class.relkind::text, attribute.attname::text,
    format_type(attribute.atttypid, attribute.atttypmod) as column_type,
    attribute.attnotnull and not (attribute.atthasdef or attribute.attidentity <> '') as must_be_given,
    attribute.attgenerated <> '' or attribute.attidentity = 'a' as is_computed
from pg_class as class
inner join pg_namespace as namespace on class.relnamespace = namespace.oid
left join pg_attribute as attribute
    on class.oid = attribute.attrelid and attribute.attnum > 0 and not attribute.attisdropped
where namespace.nspname = {schema} and class.relkind in ('r', 'p', 'v', 'm', 'f')
"""


@dataclass(frozen=True)
class ColumnThere:
    """A column of a table in the target.

    Attributes:
        sql_type: as PostgreSQL writes it.
        must_be_given: whether a row needs a value for it.
        is_computed: whether the server alone gives it values.
    """

    sql_type: str
    must_be_given: bool
    is_computed: bool


@dataclass(frozen=True)
class TableThere:
    """A table of the target, or what else has its name."""

    kind: str
    columns: Mapping[str, ColumnThere]


def sql_type(column: Column) -> str:
    """Give the type that a column has in tables that we make."""
    decimal = DECIMAL.fullmatch(column.sql_type)
    return f"numeric({decimal[1]},{decimal[2]})" if decimal else TYPES[column.sql_type]


def structures(server: Server, schema: str) -> dict[str, TableThere]:
    """Read the structure of all tables of a schema."""
    tables: dict[str, TableThere] = {}
    for name, kind, column, column_type, must_be_given, is_computed in server.rows(
        STRUCTURE.format(schema=quoted(schema))
    ):
        there = tables.setdefault(name, TableThere(kind, {}))
        if column:
            tables[name] = TableThere(
                kind, {**there.columns, column: ColumnThere(column_type, must_be_given, is_computed)}
            )
    return tables


def missing_columns(table: SinkTable, there: TableThere, where: str) -> list[str]:
    """Check that a table's columns fit one that is there; list those that it lacks.

    Raises:
        SinkError: one has a type that may lose something, or a row needs what we do not have.
    """
    if there.kind not in TABLES:
        raise SinkError(f"{where} is no table but a view or the like. Name another table, or take that away.")
    for name, column in table.columns.items():
        given = there.columns.get(name)
        if given and (given.is_computed or not fits(column.sql_type, given.sql_type)):
            problem = "gets its values from the server" if given.is_computed else f"is {given.sql_type}"
            raise SinkError(
                f"{where} has another structure, and nothing was written: its column `{name}` {problem}, but "
                f"{table.table}.{column.name} is {column.sql_type}. Make it {sql_type(column)}, or leave it out of "
                "`columns`."
            )
    unfilled = [name for name, column in there.columns.items() if column.must_be_given and name not in table.columns]
    if unfilled:
        raise SinkError(
            f"{where} has another structure, and nothing was written: its column `{unfilled[0]}` must not be null, and "
            "nothing fills it. Give it a default, let it be null, or name one of ours for it in `columns`."
        )
    return [name for name in table.columns if name not in there.columns]


def fits(ours: str, theirs: str) -> bool:
    """Tell whether a type holds each of our values exactly, or refuses it aloud."""
    decimal = DECIMAL.fullmatch(ours)
    if decimal is None:
        return theirs == TYPES[ours] or bool(re.fullmatch(ALSO_FIT.get(ours, "(?!)"), theirs))
    given = DECIMAL.fullmatch(theirs)
    return theirs == "numeric" or (given is not None and int(given[2]) >= int(decimal[2]))
