"""The tables that a sink takes, as it takes them: their columns, names and slices."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from wattlake.lake.contracts import Column, columns, contracts
from wattlake.lake.sinks.description import Sink, TableOptions
from wattlake.lake.sinks.errors import SinkError
from wattlake.lake.sql import named

SLICED_BY = ("period_start_utc", "local_date", "local_month")
"""The columns by whose days or months a table is loaded in slices; one that has none is a single slice."""


@dataclass(frozen=True)
class SinkTable:
    """A table of the lake as a sink takes it.

    Attributes:
        table: its name in the lake, ``layer.table``.
        target: its name there.
        columns: its columns by the names that they have there, in order.
        sliced_by: the column here, whether it is wanted there or not; ``None`` where the table is a single slice.
    """

    table: str
    target: str
    columns: Mapping[str, Column]
    sliced_by: str | None

    @property
    def slice_target(self) -> str | None:
        """Give the name there of the column it is sliced by; ``None`` where that is not wanted."""
        return next((name for name, column in self.columns.items() if column.name == self.sliced_by), None)

    @property
    def selected(self) -> str:
        """List the columns here for a SELECT, in the order of those there."""
        return ", ".join(named(column.name) for column in self.columns.values())

    @property
    def shape(self) -> str:
        """Write all that makes its rows there, but for the rows here."""
        return repr([(name, column.name, column.sql_type) for name, column in self.columns.items()])


def tables_of(sink: Sink) -> list[SinkTable]:
    """List the tables that a sink takes, those first that others refer to.

    Raises:
        SinkError: it names a table or a column that the lake does not have.
    """
    wanted = [_known(sink, name) for name in sink.tables] or [t for t in contracts() if t.startswith("warehouse.")]
    options = {_known(sink, name): given for name, given in sink.table.items()}
    if unwanted := sorted(options.keys() - set(wanted)):
        raise SinkError(f"sinks/{sink.name}.toml says how {unwanted[0]} arrives, but does not list it in `tables`.")
    tables = [_table(sink, name, options.get(name, TableOptions())) for name in dict.fromkeys(wanted)]
    if twice := sorted({t.target for t in tables if [other.target for other in tables].count(t.target) > 1}):
        raise SinkError(f"sinks/{sink.name}.toml gives two tables the name `{twice[0]}`. Give each its own.")
    return sorted(tables, key=lambda each: (any(c.references for c in each.columns.values()), each.table))


def referring(table: SinkTable, others: list[SinkTable]) -> Iterator[tuple[str, SinkTable, str]]:
    """List the columns there that refer to another table of the sink: column, table, its column."""
    for name, column in table.columns.items():
        referred, _, key = column.references.rpartition(".")
        for other in others:
            theirs = next((theirs for theirs, of in other.columns.items() if of.name == key), None)
            if other.table == referred and theirs is not None:
                yield name, other, theirs


def _known(sink: Sink, name: str) -> str:
    full = name if "." in name else f"warehouse.{name}"
    if full not in contracts():
        raise SinkError(
            f"sinks/{sink.name}.toml names the table `{name}`, which the lake does not have. `wattlake dictionary` "
            "lists all; without a layer, it is one of the warehouse."
        )
    return full


def _table(sink: Sink, name: str, options: TableOptions) -> SinkTable:
    ours = columns(name)
    wanted = options.columns or list(ours)
    by_target = wanted if isinstance(wanted, dict) else {column: column for column in wanted}
    for column in by_target.values():
        if column not in ours:
            raise SinkError(
                f"sinks/{sink.name}.toml wants the column `{column}` of {name}, which has none of that name. "
                f"It has {', '.join(ours)}."
            )
    sliced_by = next((column for column in SLICED_BY if column in ours and not ours[column].nullable), None)
    listed = {target: ours[column] for target, column in by_target.items()}
    return SinkTable(name, options.name or name.partition(".")[2], listed, sliced_by)
