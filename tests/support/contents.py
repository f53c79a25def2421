"""The content of a lake's tables, to compare two lakes or one before and after."""

from wattlake.lake.contracts import contracts
from wattlake.lake.models.graph import models
from wattlake.lake.reports.status import content_hash
from wattlake.lake.sql import Connection


def content_of_tables(reader: Connection) -> dict[str, str]:
    """Hash every table but those of ``ops``, which no two runs share, and views, which only show the others."""
    views = {model.table for model in models().values() if model.is_view}
    tables = [table for table in contracts() if table not in views and not table.startswith("ops.")]
    return {table: content_hash(reader, table) for table in tables}
