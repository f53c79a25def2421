"""Small answers as frames, without Arrow: its import takes longer than a report."""

import polars as pl

from wattlake.lake.sql import Connection

TYPES: dict[str, type[pl.DataType]] = {
    "VARCHAR": pl.String,
    "BIGINT": pl.Int64,
    "INTEGER": pl.Int32,
    "DOUBLE": pl.Float64,
    "BOOLEAN": pl.Boolean,
    "DATE": pl.Date,
    "TIMESTAMP": pl.Datetime,
}


def small_frame(connection: Connection, sql: str) -> pl.DataFrame:
    """Read the answer to a query of few rows as a frame.

    Raises:
        KeyError: a column is of a type that reports do not have.
    """
    answer = connection.execute(sql)
    schema = {name: TYPES[str(kind)] for name, kind, *_ in answer.description or []}
    return pl.DataFrame(answer.fetchall(), schema=schema, orient="row")
