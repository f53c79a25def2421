"""Bring the rows of a database into the columns and types of a bronze table of its own."""

from io import BytesIO

import duckdb
import polars as pl

from wattlake.lake.contracts import Column, columns
from wattlake.lake.sql import Connection, named, scalar, types_of

WHOLE_NUMBER = "bigint"


def fitted(body: bytes, table: str) -> pl.DataFrame:
    """Read the rows of a Parquet file in the types of a table's columns, and no others.

    Args:
        body: the file.
        table: such as ``bronze.heat_meters``.

    Raises:
        ValueError: a column is missing, or a value does not fit its type; a sentence for each.
    """
    import pyarrow.parquet as pq

    wanted = {name: column for name, column in columns(table).items() if not name.startswith("_")}
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.register("given", pq.read_table(BytesIO(body)))
        given = types_of(connection, "given")
        faults = [fault for column in wanted.values() if (fault := _fault(connection, column, given))]
        if faults:
            raise ValueError("\n".join(f"{table}: {fault}." for fault in faults))
        casts = ", ".join(
            f"cast({named(name)} as {column.sql_type}) as {named(name)}" for name, column in wanted.items()
        )
        return pl.DataFrame(pl.from_arrow(connection.execute(f"select {casts} from given").to_arrow_table()))


def _fault(connection: Connection, column: Column, given: dict[str, str]) -> str | None:
    """Say what is wrong with a column; ``None`` where all its values fit."""
    name, wanted = named(column.name), column.sql_type
    if column.name not in given:
        return f"the column `{column.name}` is missing; there are {', '.join(given)}. Mend the query or the columns"
    misfit = f"{name} is not null and try_cast({name} as {wanted}) is null"
    if wanted == WHOLE_NUMBER and given[column.name] != "VARCHAR":
        misfit += f" or cast({name} as double) <> round(cast({name} as double))"
    if not column.nullable:
        misfit += f" or {name} is null"
    if not scalar(connection, f"select count(*) from given where {misfit}"):
        return None
    rows, example = connection.execute(
        f"select count(*), any_value(cast({name} as varchar)) from given where {misfit}"
    ).fetchall()[0]
    value = "nothing" if example is None else f"`{example[:60]}`"
    return (
        f"the column `{column.name}` holds {value} ({given[column.name]}) in {rows:,} rows; expected is {wanted}"
        f"{'' if column.nullable else ', never nothing'}. Mend the query or the column's type"
    )
