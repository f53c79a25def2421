"""Views made from their models, with the meanings of their rows and columns.

DuckLake keeps no comments of a view's columns (1.0: ``comment on column`` is refused, and tags written to its catalog
are not read). So a view's own comment has them: a line for what a row is, then a line for each column.
"""

from wattlake.lake.contracts import columns, meaning_of_a_row
from wattlake.lake.models.graph import fill, views
from wattlake.lake.models.macros import create_macros
from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection, quoted
from wattlake.lake.store.tables import meaning_with_unit


def create_views(connection: Connection, settings: Settings) -> None:
    """Make the macros, the views that are not there yet, and comments where they differ.

    So a lake that was never built can be read; a build renews the views.
    """
    create_macros(connection)
    stored = stored_comments(connection)
    for model in views():
        if stored.get(model.table) != comment_of(model.table):
            connection.execute(f"create view if not exists {model.table} as {fill(model.sql, settings)}")
            describe_view(connection, model.table)


def are_views_described(connection: Connection) -> bool:
    """Say whether every view is there, with the comment that its contract makes."""
    stored = stored_comments(connection)
    return {model.table: comment_of(model.table) for model in views()}.items() <= stored.items()


def stored_comments(connection: Connection) -> dict[str, str | None]:
    """Give the comments of the views that are there, by name."""
    return dict(
        connection.execute(
            "select schema_name || '.' || view_name, comment from duckdb_views() "
            "where database_name = current_database() and not internal"
        ).fetchall()
    )


def describe_view(connection: Connection, name: str) -> None:
    """Give a view the meanings of its rows and columns as its comment."""
    connection.execute(f"comment on view {name} is {quoted(comment_of(name))}")


def comment_of(name: str) -> str:
    """Write what a view's rows and columns are, a line for each."""
    lines = [f"{column.name}: {meaning_with_unit(column)}" for column in columns(name).values()]
    return "\n".join([meaning_of_a_row(name), *lines])
