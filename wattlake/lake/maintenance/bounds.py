"""Bounds of columns in a lake that others use: named, and widened where too narrow.

Bounds are too narrow where they leave out values that files have.
"""

from collections.abc import Iterator

import duckdb
from tenacity import Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from wattlake.lake.sql import Connection, quoted
from wattlake.lake.store.column_bounds import too_narrow, widen_tables
from wattlake.lake.store.identity import METADATA
from wattlake.lake.store.lake import Lake

ATTEMPTS = 10


def widen(lake: Lake, table: str = "") -> int:
    """Widen the bounds of columns to the values of all files; give how many were widened.

    Args:
        lake: the lake; where something was widened, its connection is opened anew.
        table: only of this one.
    """
    table_ids = _ids(lake.reader(), table) if table else None
    if not too_narrow(lake.reader(), table_ids):
        return 0
    retrying = Retrying(
        retry=retry_if_exception_type(duckdb.Error),  # Another's commit came in between, on PostgreSQL.
        wait=wait_random_exponential(multiplier=0.1, max=5),
        stop=stop_after_attempt(ATTEMPTS),
        reraise=True,
    )
    widened = retrying(lake.change_catalog, lambda connection: widen_tables(connection, table_ids, has_readers=True))
    lake.close()
    return widened


def sentences(connection: Connection) -> Iterator[str]:
    """Name each column whose bounds leave out values that its files have, and what to do."""
    for bounds in too_narrow(connection):
        if not bounds.is_harmless:
            yield (
                f"The catalog's bounds of {bounds.table}.{bounds.column} leave out values that its files have, so "
                "queries may lose rows. `wattlake maintain` widens them; then run `wattlake build --full` and "
                "`wattlake settle`."
            )


def _ids(connection: Connection, table: str) -> frozenset[int]:
    schema, _, name = table.partition(".")
    rows = connection.execute(
        f"""
        select table_id from {METADATA}.ducklake_table
        inner join (select schema_id, schema_name from {METADATA}.ducklake_schema) using (schema_id)
        where schema_name = {quoted(schema)} and table_name = {quoted(name)}
        """
    ).fetchall()
    return frozenset(table_id for (table_id,) in rows)
