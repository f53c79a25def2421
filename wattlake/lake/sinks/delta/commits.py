"""What commits of Delta tables say: whose they are, and of which snapshot of the lake."""

from deltalake import CommitProperties, DeltaTable, Field, Schema, Transaction
from deltalake.schema import PrimitiveType

from wattlake.lake.contracts import meaning_of_a_row
from wattlake.lake.sinks.delta.columns import delta_type
from wattlake.lake.sinks.description import Sink
from wattlake.lake.sinks.source import Source
from wattlake.lake.sinks.tables import SinkTable


def application(sink: Sink) -> str:
    """Give the name under which Delta remembers the last snapshot that a sink committed."""
    return f"wattlake/{sink.name}"


def commit_of(sink: Sink, lake: Source) -> CommitProperties:
    """Describe a commit: the snapshot as Delta's own mark of a transaction, and for people."""
    return CommitProperties(
        custom_metadata={
            "wattlake.sink": sink.name,
            "wattlake.lake": lake.lake_id,
            "wattlake.snapshot": str(lake.snapshot_id),
        },
        app_transactions=[Transaction(application(sink), lake.snapshot_id)],
    )


def create(address: str, table: SinkTable, options: dict[str, str]) -> DeltaTable:
    """Make an empty table, with the meanings of its columns."""
    fields = [
        Field(name, PrimitiveType(delta_type(column)), nullable=True, metadata={"comment": column.meaning})
        for name, column in table.columns.items()
    ]
    meaning = meaning_of_a_row(table.table)
    return DeltaTable.create(address, Schema(fields), name=table.target, description=meaning, storage_options=options)
