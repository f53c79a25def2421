"""Write and run small pieces of SQL: literals, identifiers, numbers, temporary tables."""

from datetime import date, datetime

import duckdb

from wattlake.lake.layers import NAMED_ALONE

Connection = duckdb.DuckDBPyConnection


def quoted(text: str) -> str:
    """Write a text as a SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def literal(value: str | date | datetime) -> str:
    """Write a text, a day or an instant (UTC, naive) as a SQL literal.

    DuckDB imports pandas to look at a parameter: half a second that a command which only reads does not wait.
    """
    match value:
        case datetime():
            return f"timestamp '{value.isoformat(sep=' ')}'"
        case date():
            return f"date '{value.isoformat()}'"
        case _:
            return quoted(value)


def named(name: str) -> str:
    """Write a name as a SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def scalar(connection: Connection, sql: str, parameters: object = None) -> int:
    """Give the one number a query returns; 0 where it returns nothing."""
    # All is fetched: what is not keeps its transaction open, and a SQLite catalog's log is never written back then.
    rows = connection.execute(sql, parameters).fetchall()
    return int(rows[0][0]) if rows and rows[0][0] is not None else 0


def use_lake(connection: Connection) -> None:
    """Make the lake the current database, and let the tables of ``star`` be named alone."""
    try:
        connection.execute(f"set search_path = 'lake.main,lake.{NAMED_ALONE}'")
    except duckdb.CatalogException:  # A lake from before there were any, or as it was then.
        connection.execute("use lake")


def types_of(connection: Connection, relation: str) -> dict[str, str]:
    """Give the types of a relation's columns by their names, in their order."""
    return dict(connection.execute(f"select column_name, column_type from (describe {relation})").fetchall())


def touched(connection: Connection, sql: str) -> int:
    """Run an insert, update or delete and say how many rows it touched."""
    return scalar(connection, sql)


def materialized(connection: Connection, name: str, sql: str) -> str:
    """Keep a query's rows in a temporary table, in place of an older one of that name.

    Returns:
        The relation that holds the rows, by which they are read.
    """
    connection.execute(f"create or replace temp table {name} as {sql}")
    return f"temp.{name}"
