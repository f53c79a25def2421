"""Tables: made from their contracts, with their partitions and the meanings of their columns."""

from lake.connection import Connection, named, quoted, scalar
from lake.contracts import columns, contracts, spec
from lake.models import fill, models
from lake.settings import Settings

SCHEMAS = ("bronze", "silver", "quarantine", "gold", "warehouse", "ops")


def create_tables(connection: Connection) -> None:
    """Make the schemas and every table that a contract describes and that is not there yet."""
    existing = {
        f"{schema}.{name}"
        for schema, name in connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'lake'"
        ).fetchall()
    }
    for schema in SCHEMAS:
        connection.execute(f"create schema if not exists {schema}")
    for name in contracts():
        if name not in existing and not name.startswith("warehouse."):
            create_table(connection, name)


def create_views(connection: Connection, settings: Settings) -> None:
    """Make the views that are not there yet, so that a lake which was never built can be read; a build renews them."""
    for table, model in models().items():
        if model.is_view:
            connection.execute(f"create view if not exists {table} as {fill(model.sql, settings)}")


def create_locks(connection: Connection) -> None:
    """Make the one-row tables on which overlapping writes conflict: one for builds, forecasts and each source."""
    for lock in ("build", "forecast", *(name.partition(".")[2] for name in contracts() if name.startswith("bronze."))):
        connection.execute(f"create table if not exists ops.lock_{lock} (taken bigint)")
        if not scalar(connection, f"select count(*) from ops.lock_{lock}"):
            connection.execute(f"insert into ops.lock_{lock} values (0)")


def create_table(connection: Connection, name: str) -> None:
    """Make the table of a contract, with its partitioning and the meanings of its columns as comments."""
    meaning_of_a_row = (contracts()[name].__doc__ or "").partition("\n")[0]
    listed = ", ".join(f"{named(column.name)} {column.sql_type}" for column in columns(name).values())
    connection.execute(f"create table {name} ({listed})")
    if spec(name).partitioned_by:
        connection.execute(f"alter table {name} set partitioned by ({', '.join(spec(name).partitioned_by)})")
    connection.execute(f"comment on table {name} is {quoted(meaning_of_a_row)}")
    for column in columns(name).values():
        meaning = f"{column.meaning} [{column.unit}]" if column.unit else column.meaning
        connection.execute(f"comment on column {name}.{named(column.name)} is {quoted(meaning)}")
