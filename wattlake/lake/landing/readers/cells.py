"""Read mapped files: numbered, named cells, by the reader of what a file holds."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from wattlake.lake.landing.readers import delimited, json_records
from wattlake.lake.landing.readers.choice import OF_STRUCTURE, reader_of
from wattlake.lake.landing.readers.frames import MOST_COLUMNS, Row, column_names
from wattlake.lake.landing.readers.members import contents_with_rows
from wattlake.lake.mapping import AnyMapping

UNKNOWN_LAYOUT = (
    "is {name} in no layout that is known: put a mapping.toml beside or above it, as `wattlake map` proposes one, or "
    "take it out of the folder."
)

__all__ = [
    "MOST_COLUMNS",
    "UNKNOWN_LAYOUT",
    "column_names",
    "mapped_frames",
    "mapped_rows",
]


def mapped_frames(path: Path, mapping: AnyMapping) -> Iterator[pl.DataFrame]:
    """Read the rows of a file in frames of bounded size, however large it is.

    The rows of a zip file's members follow one another, and so do the numbers of their lines; a member that holds none
    is left out. Where a line holds many readings, as in NEM12, the line of a row is its number among them: no two rows
    have the same.

    Raises:
        UnreadableFileError: no reader takes it, or it has not the columns that the mapping names.
    """
    lines_before = 0
    for content in contents_with_rows(path, mapping):
        reader, last_line = reader_of(content, mapping), lines_before
        for frame in reader.frames(content, mapping):
            line = pl.col("line") + lines_before
            if reader in OF_STRUCTURE:
                line = pl.int_range(last_line + 1, last_line + 1 + pl.len())
            numbered = frame.with_columns(line.alias("line"))
            last_line = numbered.item(-1, "line")
            yield numbered
        lines_before = last_line


def mapped_rows(path: Path, mapping: AnyMapping) -> Iterator[Row]:
    """Read the rows of a file, one after another: the first come at once, however large it is.

    Yields:
        The number of the row's line, and its cells as JSON: column → text as written.

    Raises:
        UnreadableFileError: no reader takes it, or it has not the columns that the mapping names.
    """
    content, *others = contents_with_rows(path, mapping)
    reader = reader_of(content, mapping)
    if reader in (delimited, json_records) and not others:
        yield from (delimited if reader is delimited else json_records).rows(content, mapping)
        return
    for frame in mapped_frames(path, mapping):
        yield from frame.iter_rows()
