"""The reader of Parquet files: row groups, a part of the rows at a time."""

from collections.abc import Iterator, Sequence

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.foreign_text import shown
from wattlake.lake.landing.readers.contents import Content
from wattlake.lake.landing.readers.frames import LINE, ROWS_AT_ONCE, encoded, expect_columns
from wattlake.lake.mapping import AnyMapping

NAME = "a Parquet file"
MARK = b"PAR1"
MOST_GROUP_BYTES = 2 * 1024**3
UNITS = ("s", "ms", "us")


def recognises(head: bytes, members: Sequence[str]) -> bool:
    """Say whether a file is Parquet, by its first bytes."""
    return head.startswith(MARK)


def frames(content: Content, mapping: AnyMapping) -> Iterator[pl.DataFrame]:
    """Read the rows of a file in the order they stand in it; a row's line is its number.

    Raises:
        UnreadableFileError: it is no whole Parquet file, or has not the columns that the mapping names.
    """
    first = 1
    for texts in tables(content):
        remedy = "Change `columns` of the mapping."
        expect_columns(content.path, mapping, f"{content.name}its schema", texts.columns, remedy)
        yield encoded(texts.with_columns(pl.int_range(first, first + len(texts)).alias(LINE)))
        first += len(texts)


def tables(content: Content) -> Iterator[pl.DataFrame]:
    """Read the cells of a file as texts, a part of the rows at a time.

    Columns within columns are named with a dot between; lists are left out.

    Raises:
        UnreadableFileError: it is no whole Parquet file.
    """
    with content.on_disk() as path:
        try:
            with pq.ParquetFile(path) as file:
                _expect_size(content, file)
                for batch in file.iter_batches(batch_size=ROWS_AT_ONCE):
                    yield _texts(pa.Table.from_batches([batch]))
        except (pa.ArrowException, pl.exceptions.PolarsError, OSError, ValueError) as error:
            if isinstance(error, UnreadableFileError):
                raise
            fault = f"{content.name}is not a whole Parquet file ({shown(str(error))}). Fetch it again."
            raise UnreadableFileError(str(content.path), fault) from error


def _expect_size(content: Content, file: pq.ParquetFile) -> None:
    """Refuse a file of row groups that do not fit into memory."""
    metadata = file.metadata
    sizes = [metadata.row_group(number).total_byte_size for number in range(metadata.num_row_groups)]
    if sizes and max(sizes) > MOST_GROUP_BYTES:
        fault = f"{content.name}has a row group of {max(sizes):,} bytes. Write it in smaller row groups."
        raise UnreadableFileError(str(content.path), fault)


def _texts(table: pa.Table) -> pl.DataFrame:
    """Write the cells of a table as texts."""
    while any(pa.types.is_struct(field.type) for field in table.schema):
        table = table.flatten()
    names = [field.name for field in table.schema if not pa.types.is_nested(field.type)]
    columns = {name: _text(table.column(table.schema.names.index(name))) for name in names}
    return pl.DataFrame(pl.from_arrow(pa.table(columns)))


def _text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Write cells as text: times without decimals of a second that they do not have."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_timestamp(column.type):
        return _time_text(column)
    if pa.types.is_binary(column.type) or pa.types.is_large_binary(column.type):
        return column.cast(pa.binary()).cast(pa.string())
    return column.cast(pa.large_string())


def _time_text(column: pa.ChunkedArray) -> pa.ChunkedArray:
    zone = "UTC" if column.type.tz else None
    for unit in UNITS:
        try:
            column = pc.cast(column, pa.timestamp(unit, zone))
            break
        except pa.ArrowInvalid:  # It has decimals that the unit does not have.
            continue
    return column.cast(pa.large_string())
