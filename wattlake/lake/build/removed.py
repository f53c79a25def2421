"""Tell of the tables whose models were removed from the project, and drop them on demand.

They stay until then: whoever starts a build in another folder than the project's must not lose them.
"""

from collections.abc import Mapping

from wattlake.lake.build.progress import Progress, read_progress
from wattlake.lake.contracts import contracts
from wattlake.lake.contracts.quarantine import quarantine_of
from wattlake.lake.layers import is_view
from wattlake.lake.sql import Connection, quoted


def removed_tables(progress: Mapping[str, Progress]) -> list[str]:
    """List the tables that were built once and that no contract describes today."""
    # The rows of all gold and of the ledger have no dot.
    return sorted(table for table in progress if "." in table and table not in contracts())


def sentences(progress: Mapping[str, Progress]) -> list[str]:
    """Tell of each such table that it stays, and what to do."""
    return [
        f"No model makes {table} any more; it stays as it was built last. Put models/{table.replace('.', '/')}.sql and "
        f"its contract back, or remove the table: `wattlake drop {table}`."
        for table in removed_tables(progress)
    ]


def drop(connection: Connection, table: str) -> None:
    """Remove a table that no model makes any more, with what was set aside of it.

    Raises:
        ValueError: it is no such table.
    """
    removed = removed_tables(read_progress(connection))
    if table not in removed:
        raise ValueError(
            f"`{table}` is no table whose model was removed"
            + (f"; there are {', '.join(removed)}." if removed else ". There is none.")
            + " Remove the files of its model first."
        )
    connection.execute(f"drop {'view' if is_view(table) else 'table'} if exists {table}")
    if table.startswith("silver."):
        connection.execute(f"drop table if exists {quarantine_of(table)}")
    for name in ("ops.progress", "ops.reconciliation"):
        connection.execute(f"delete from {name} where table_name = {quoted(table)}")
