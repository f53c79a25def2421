"""Let DuckDB parse a query, and check the tree of it."""

import json

from wattlake.lake.models.guard import READERS, Allowed, check
from wattlake.lake.sql import Connection

MEANS_SOMETHING = """
    select lower(view_name) from duckdb_views() where schema_name in ('main', 'pg_catalog', 'information_schema')
    union
    select lower(table_name) from duckdb_tables() where schema_name in ('main', 'pg_catalog', 'information_schema')
    union
    select lower(function_name) from duckdb_functions() where function_type like '%table%'
"""
"""Names that DuckDB understands without a schema, whatever the lake holds."""


def check_query(connection: Connection, query: str, allowed: Allowed = READERS) -> None:
    """Refuse a query that may not be asked.

    Raises:
        RefusedError: it may not.
    """
    existing = connection.execute(MEANS_SOMETHING).fetchall()
    (tree,) = connection.execute("select json_serialize_sql(?)", [query]).fetchall()[0]
    check(json.loads(tree), {name for (name,) in existing}, allowed)
