"""Landing of files that have a mapping: their rows go to bronze."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb
import polars as pl

from wattlake.lake.landing.payloads import Origin
from wattlake.lake.landing.readers.cells import mapped_frames
from wattlake.lake.mapping import AnyMapping
from wattlake.lake.sql import Connection


def insert_mapped(connection: Connection, origin: Origin, files: Mapping[int, tuple[Path, AnyMapping]]) -> None:
    """Insert the rows of files into bronze, within the caller's transaction.

    They are written while they are read, so that they take no room of their own. The files are keyed by the numbers
    of their landings.

    Raises:
        UnreadableFileError: a file cannot be read to its end; none of the rows is to be kept.
    """
    import pyarrow as pa

    faults: list[BaseException] = []
    rows = pa.schema([("_landing_id", pa.int64()), ("line", pa.int64()), ("cells", pa.large_string())])
    batches = (batch for table in _tables(files, faults) for batch in table.to_arrow().cast(rows).to_batches())
    connection.register("mapped_rows", pa.RecordBatchReader.from_batches(rows, batches))
    try:
        connection.execute(
            f"insert into bronze.{origin.source} by name select *, ? as _fetched_at_utc from mapped_rows",
            [origin.fetched_at],
        )
    except duckdb.Error as error:
        raise next(iter(faults), error) from error
    finally:
        connection.unregister("mapped_rows")


def _tables(files: Mapping[int, tuple[Path, AnyMapping]], faults: list[BaseException]) -> Iterator[pl.DataFrame]:
    """Read the rows of files, and note why that ends early: DuckDB gives no more than a text."""
    try:
        for landing_id, (path, mapping) in files.items():
            for rows in mapped_frames(path, mapping):
                yield rows.select(pl.lit(landing_id, pl.Int64).alias("_landing_id"), "line", "cells")
    except BaseException as fault:
        faults.append(fault)
        raise
