"""The reader of text in columns, of any encoding and delimiter."""

import csv
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import TextIO

import polars as pl

from wattlake.lake.landing.readers.contents import Content
from wattlake.lake.landing.readers.frames import ENCODED, Row, expect_columns, frames_of
from wattlake.lake.landing.readers.header_rows import Cells, read_header
from wattlake.lake.landing.readers.other_formats import other_format
from wattlake.lake.landing.readers.text import opened_text
from wattlake.lake.mapping import AnyMapping

NAME = "text"
WHOLE_LINE = ""
"""The name of a line that is kept whole because it does not have its file's columns."""


def recognises(head: bytes, members: Sequence[str]) -> bool:
    """Say whether a file may be text, which it is where it is of no other format."""
    return other_format(head, members) is None


def frames(content: Content, mapping: AnyMapping) -> Iterator[pl.DataFrame]:
    """Read the rows of a text, many at a time."""
    return frames_of(rows(content, mapping))


def rows(content: Content, mapping: AnyMapping) -> Iterator[Row]:
    """Read the rows of a text, one after another, however large it is.

    Yields:
        The number of the row's line, and its cells as JSON: column → text as written. A line with more cells than the
        file has columns is kept whole, under no name.

    Raises:
        UnreadableFileError: it has not the columns that the mapping names, or its bytes are no text; says where.
    """
    with opened_text(content, mapping.file) as file:
        lines = _without_footer(_rows(file, mapping), mapping.file.footer_lines)
        header = read_header(content, mapping, lines)
        delimiter = mapping.file.delimiter
        if len(header.names) == 1:
            remedy = f"Is `{delimiter}` its delimiter (`file.delimiter`)?"
        else:
            remedy = "Change `columns`, or `file.skip_lines` if the header is elsewhere."
        names = [*header.names, *header.above]
        expect_columns(content.path, mapping, f"{content.name}line {header.line}", names, remedy)
        if mapping.file.units_line:
            next(lines, None)
        for line, cells in chain(header.first_rows, lines):
            yield line, ENCODED(_named(cells, header.names, delimiter) | header.above)


def _rows(file: TextIO, mapping: AnyMapping) -> Iterator[Cells]:
    """Read every line that is not empty, by its number, cut into cells."""
    skipped = sum(1 for _ in islice(file, mapping.file.skip_lines))
    lines = csv.reader(file, delimiter=mapping.file.delimiter, strict=True)
    try:
        for cells in lines:
            if any(cell.strip() for cell in cells):
                yield skipped + lines.line_num, cells
    except csv.Error as error:
        raise csv.Error(f"the row that ends in line {skipped + lines.line_num}: {error}. Mend its quotes") from error


def _without_footer(rows: Iterator[Cells], footer_lines: int) -> Iterator[Cells]:
    last_rows: deque[Cells] = deque()
    for row in rows:
        last_rows.append(row)
        if len(last_rows) > footer_lines:
            yield last_rows.popleft()


def _named(cells: list[str], names: list[str], delimiter: str) -> dict[str, str]:
    if any(cell.strip() for cell in cells[len(names) :]):
        return {WHOLE_LINE: delimiter.join(cells)[:1000]}
    return dict(zip(names, cells, strict=False))
