"""The formulas of many SELECTs, written once: the DuckDB macros of ``sql/macros``.

A lake keeps them in its catalog, where its views, its builds and whoever attaches it find them.
"""

import re
from functools import cache

import duckdb

from wattlake import PACKAGE
from wattlake.lake.sql import Connection

FOLDER = PACKAGE / "sql" / "macros"
NAME = re.compile(r"^create or replace macro (\w+)")
CALL = re.compile(r"\b(\w+)\(")


@cache
def macros() -> dict[str, str]:
    """Read the statement that makes each macro, by the macro's name."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.sql"))]
    lines = "".join(texts).splitlines(keepends=True)
    sql = "".join(line for line in lines if not line.startswith("--"))
    statements = (statement.strip() for statement in sql.split(";"))
    return {named[1]: statement for statement in statements if (named := NAME.match(statement))}


def create_macros(connection: Connection) -> None:
    """Make the macros in the current database, in place of older ones."""
    for statement in macros().values():
        connection.execute(statement)


def has_macros(connection: Connection, database: str) -> bool:
    """Say whether a database has every macro as it is written today."""
    return _as_written() <= _as_stored(connection, database)


def macros_used(sql: str) -> tuple[str, ...]:
    """Give the statements of the macros that a SELECT calls, and of those that these call."""
    called = macros().keys() & set(CALL.findall(sql))
    while more := {name for name in macros() for caller in called if f"{name}(" in macros()[caller]} - called:
        called |= more
    return tuple(macros()[name] for name in sorted(called))


@cache
def _as_written() -> frozenset[tuple[str, str]]:
    with duckdb.connect() as connection:
        create_macros(connection)
        return _as_stored(connection, "memory")


def _as_stored(connection: Connection, database: str) -> frozenset[tuple[str, str]]:
    return frozenset(
        connection.execute(
            "select function_name, cast(parameters as varchar) || macro_definition from duckdb_functions() "
            "where database_name = ? and schema_name = 'main' and function_type = 'macro'",
            [database],
        ).fetchall()
    )
