"""The columns of a Delta table: types, values in SQL, and the condition on months.

Instants are ``timestamp`` (with time zone, UTC), so that a table needs reader 1 and writer 2 alone.
"""

from datetime import date

from deltalake import DeltaTable

from wattlake.lake.contracts import Column
from wattlake.lake.sinks.differences import Difference
from wattlake.lake.sinks.errors import SinkError
from wattlake.lake.sinks.slices import stretches
from wattlake.lake.sinks.tables import SinkTable
from wattlake.lake.sql import named

TYPES = {
    "varchar": "string",
    "bigint": "long",
    "double": "double",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp",
}


def delta_type(column: Column) -> str:
    """Give the type of a column in Delta."""
    return TYPES.get(column.sql_type, column.sql_type)


def selected(table: SinkTable) -> str:
    """List the columns for a SELECT, with the names and types that they have there."""
    return ", ".join(
        f"{named(column.name)}{'::timestamptz' if column.sql_type == 'timestamp' else ''} as {named(name)}"
        for name, column in table.columns.items()
    )


def predicate(difference: Difference) -> str:
    """Write the condition on the months that differ, as Delta's SQL has it."""
    table = difference.table
    name = table.slice_target or ""
    is_day = table.columns[name].sql_type == "date"

    def at(day: date) -> str:
        return f"date '{day}'" if is_day else f"arrow_cast('{day}T00:00:00Z', 'Timestamp(Microsecond, Some(\"UTC\"))')"

    return " or ".join(
        f"({named(name)} >= {at(first)} and {named(name)} < {at(end)})"
        for first, end in stretches(difference.slices, "month")
    )


def expect_fit(table: SinkTable, there: DeltaTable, where: str) -> None:
    """Check that our columns fit those of a table that is there; it gets those that it lacks.

    Raises:
        SinkError: a column has another type there.
    """
    types = {field.name: getattr(field.type, "type", str(field.type)) for field in there.schema().fields}
    for name, column in table.columns.items():
        if types.get(name, delta_type(column)) != delta_type(column):
            raise SinkError(
                f"The Delta table {where} has another structure, and nothing was written: its column `{name}` is "
                f"{types[name]}, but {table.table}.{column.name} is {delta_type(column)}. Name another table."
            )
