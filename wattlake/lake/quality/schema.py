"""Check that every table and view has its contract's columns, with their types."""

import json

from wattlake.lake.contracts import column_types, contracts
from wattlake.lake.layers import is_view
from wattlake.lake.quality.results import KEYS_SHOWN, CheckResult
from wattlake.lake.sql import Connection
from wattlake.lake.store.tables import stored_columns

NAME = "columns are the contract's"


def check_schema(connection: Connection, are_views: bool) -> list[CheckResult]:
    """Check the columns of every table, or of every view.

    A column that is missing, is not in the contract, or has another type fails.
    """
    stored = stored_columns(connection)
    tables = [table for table in contracts() if is_view(table) == are_views]
    return [_compared(table, stored.get(table, {})) for table in tables]


def _compared(table: str, stored: dict[str, str]) -> CheckResult:
    promised = column_types(table)
    wrong = [
        {"column": name, "promised": promised.get(name), "found": stored.get(name)}
        for name in [*promised, *(name for name in stored if name not in promised)]
        if promised.get(name) != stored.get(name)
    ]
    keys = json.dumps(wrong[:KEYS_SHOWN], ensure_ascii=False) if wrong else None
    return CheckResult(NAME, table, "fail", len(promised), len(wrong), keys, "validity")
