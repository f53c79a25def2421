"""Small answers as rows, without a library of frames: its import takes longer than a report."""

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import polars as pl

    from wattlake.lake.sql import Connection


class Rows(NamedTuple):
    """The rows of a small table, with the names of its columns.

    Attributes:
        names: the columns.
        rows: a value for each column, in their order.
    """

    names: tuple[str, ...]
    rows: list[tuple[Any, ...]]

    def column(self, name: str) -> list[Any]:
        """List the values of a column, in the order of the rows."""
        position = self.names.index(name)
        return [row[position] for row in self.rows]

    def records(self) -> list[dict[str, Any]]:
        """List the rows as mappings from the columns' names to values."""
        return [dict(zip(self.names, row, strict=True)) for row in self.rows]

    def select(self, *names: str) -> "Rows":
        """Take some of the columns, in the order of their names here."""
        places = [self.names.index(name) for name in names]
        return Rows(names, [tuple(row[position] for position in places) for row in self.rows])

    def frame(self) -> "pl.DataFrame":
        """Make a frame of the rows, for who computes with them."""
        import polars as pl

        return pl.DataFrame(self.rows, schema=list(self.names), orient="row", infer_schema_length=None)


def read_rows(connection: "Connection", sql: str, parameters: object = None) -> Rows:
    """Read the answer to a query of few rows."""
    answer = connection.execute(sql, parameters)
    return Rows(tuple(name for name, *_ in answer.description or []), answer.fetchall())
