"""Tables made from their contracts, with partitions and the meanings of their columns."""

from collections.abc import Iterable

from wattlake.lake.contracts import Column, columns, contracts, meaning_of_a_row, spec
from wattlake.lake.layers import SCHEMAS, is_view
from wattlake.lake.models.macros import has_macros
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection, named, quoted, scalar
from wattlake.lake.store.identity import METADATA

UNDESCRIBED = f"""
from {METADATA}.ducklake_table
where end_snapshot is null and table_id not in (select table_id from {METADATA}.ducklake_table_stats)
"""


def is_whole(connection: Connection, settings: Settings) -> bool:
    """Say whether every table, column and macro of the lake has been made.

    On PostgreSQL every lock must be there, too.
    """
    stored = stored_columns(connection)
    there = {(name, column) for name, types in stored.items() for column in types}
    wanted = {(name, column) for name in contracts() if not is_view(name) for column in columns(name)}
    wanted |= {(lock, "taken") for lock in locks()} if settings.is_postgres else set()
    return wanted <= there and has_macros(connection, "lake")


def create_tables(connection: Connection) -> None:
    """Make the schemas, and every table of a contract that is not there yet.

    A table that is there gets the columns that its contract has won since, at its end.
    """
    stored = stored_columns(connection)
    for schema in SCHEMAS:
        connection.execute(f"create schema if not exists {schema}")
    for name in contracts():
        if is_view(name):
            continue
        if name not in stored:
            create_table(connection, name)
            continue
        for column in columns(name).values():
            if column.name not in stored[name]:
                connection.execute(f"alter table {name} add column {named(column.name)} {column.sql_type}")
                connection.execute(_comment(name, column))


def typed(name: str) -> str:
    """List the columns of a table for SQL, each cast as an insert into the table casts it."""
    return ", ".join(
        f"{named(column.name)}::{column.sql_type} as {named(column.name)}" for column in columns(name).values()
    )


def existing(connection: Connection, names: Iterable[str]) -> list[str]:
    """Leave out of tables those that the lake, as it is read, does not have yet.

    They are of the project, or newer than the lake.
    """
    stored = stored_columns(connection)
    return [name for name in names if name in stored]


def stored_columns(connection: Connection) -> dict[str, dict[str, str]]:
    """Give the types of the columns of each table and view in the lake, by table and name."""
    listed_columns = connection.execute(
        "select schema_name || '.' || table_name, column_name, lower(data_type) from duckdb_columns() "
        "where database_name = 'lake'"
    ).fetchall()
    by_table: dict[str, dict[str, str]] = {}
    for table, column, sql_type in listed_columns:
        by_table.setdefault(table, {})[column] = sql_type
    return by_table


def create_locks(connection: Connection) -> None:
    """Make the one-row tables on which overlapping writes conflict.

    There is one for each kind of write and each source.
    """
    for lock in locks():
        connection.execute(f"create table if not exists {lock} (taken bigint)")
        if not scalar(connection, f"select count(*) from {lock}"):
            connection.execute(f"insert into {lock} values (0)")


def describe_empty_tables(connection: Connection) -> None:
    """Write the statistics of the tables that were never filled, as of no row.

    DuckLake 1.5.5 asks its catalog for those of all tables at each column that a query names of a table without: 3 ms
    a column. Its first insert completes what is written here to what it writes itself, also of another process that
    looked before: what it lacks it asks for.

    Args:
        connection: outside of any transaction, with no other writer of the catalog.
    """
    connection.execute("begin")
    try:
        connection.execute(
            f"insert into {METADATA}.ducklake_table_column_stats (table_id, column_id, contains_null, contains_nan) "
            "select table_id, column_id, 0, if(column_type in ('float32', 'float64'), 0, null) "
            f"from {METADATA}.ducklake_column where end_snapshot is null and parent_column is null "
            f"and table_id in (select table_id {UNDESCRIBED})"
        )
        connection.execute(f"insert into {METADATA}.ducklake_table_stats select table_id, 0, 0, 0 {UNDESCRIBED}")
        connection.execute("commit")
    except BaseException:
        connection.execute("rollback")
        raise


def locks() -> list[str]:
    """List the names of the tables that are locks."""
    landing = [name.partition(".")[2] for name in contracts() if name.startswith("bronze.")]
    return [f"ops.lock_{name}" for name in ("build", "forecast", "settlement", *landing)]


def create_table(connection: Connection, name: str) -> None:
    """Make the table of a contract, with its partitions and column comments.

    The comments are the meanings of the columns.
    """
    listed = ", ".join(f"{named(column.name)} {column.sql_type}" for column in columns(name).values())
    connection.execute(f"create table {name} ({listed})")
    describe_table(connection, name)


def describe_table(connection: Connection, name: str) -> None:
    """Give a table its partitions, and the meanings of rows and columns as comments."""
    if spec(name).partitioned_by:
        connection.execute(f"alter table {name} set partitioned by ({', '.join(spec(name).partitioned_by)})")
    connection.execute(f"comment on table {name} is {quoted(meaning_of_a_row(name))}")
    for column in columns(name).values():
        connection.execute(_comment(name, column))


def meaning_with_unit(column: Column) -> str:
    """Write the meaning of a column, with its unit in brackets if it has one."""
    return f"{column.meaning} [{column.unit}]" if column.unit else column.meaning


def _comment(name: str, column: Column) -> str:
    return f"comment on column {name}.{named(column.name)} is {quoted(meaning_with_unit(column))}"
