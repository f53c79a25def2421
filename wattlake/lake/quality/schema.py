"""Check that every table and view has its contract's columns, with their types."""

import json

from wattlake.lake.contracts import columns, contracts
from wattlake.lake.quality.results import KEYS_SHOWN, CheckResult
from wattlake.lake.sql import Connection

NAME = "columns are the contract's"


def check_schema(connection: Connection, are_views: bool) -> list[CheckResult]:
    """Check the columns of every table, or of every view.

    A column that is missing, is not in the contract, or has another type fails.
    """
    listed = connection.execute(
        "select schema_name || '.' || table_name, column_name, lower(data_type) from duckdb_columns() "
        "where database_name = 'lake'"
    ).fetchall()
    column_types: dict[str, dict[str, str]] = {}
    for table, column, sql_type in listed:
        column_types.setdefault(table, {})[column] = sql_type
    tables = [table for table in contracts() if table.startswith("warehouse.") == are_views]
    return [_compared(table, column_types.get(table, {})) for table in tables]


def _compared(table: str, column_types: dict[str, str]) -> CheckResult:
    promised = {column.name: column.sql_type for column in columns(table).values()}
    wrong = [
        {"column": name, "promised": promised.get(name), "found": column_types.get(name)}
        for name in [*promised, *(name for name in column_types if name not in promised)]
        if promised.get(name) != column_types.get(name)
    ]
    keys = json.dumps(wrong[:KEYS_SHOWN], ensure_ascii=False) if wrong else None
    return CheckResult(NAME, table, "fail", len(promised), len(wrong), keys, "validity")
