"""Read what builds did with the tables of the project."""

from wattlake.lake import project
from wattlake.lake.sql import Connection
from wattlake.lake.store.rows import Rows, read_rows
from wattlake.lake.store.tables import existing


def transformations(connection: Connection, newest: int = 10) -> Rows:
    """List what the newest builds did with the project's own tables, newest first.

    Returns:
        ``table``, ``rows_in``, ``rows_out``, ``set_aside``, ``seconds``, ``built_at_utc`` and ``build_id``; no
        rows where there is no project.
    """
    names = ("table", "rows_in", "rows_out", "set_aside", "seconds", "built_at_utc", "build_id")
    if not existing(connection, ["ops.transformation"]) or not (project.PROJECT / "models").is_dir():
        return Rows(names, [])
    return read_rows(
        connection,
        f"""
        select table_name as table, rows_in, rows_out, set_aside, seconds, built_at_utc, build_id
        from ops.transformation order by built_at_utc desc, build_id desc, table_name limit {newest}
        """,
    )
