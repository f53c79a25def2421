"""The reader of text in columns, of any encoding and delimiter."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from math import inf
from typing import TYPE_CHECKING, TextIO

import polars as pl

from wattlake.lake.landing.readers.contents import Content
from wattlake.lake.landing.readers.frames import ENCODED, Row, encoded, expect_columns, frames_of
from wattlake.lake.landing.readers.header_rows import Cells, Header, read_header
from wattlake.lake.landing.readers.line_blocks import next_block, table_of
from wattlake.lake.landing.readers.other_formats import other_format
from wattlake.lake.landing.readers.text import opened_text
from wattlake.lake.mapping import AnyMapping

if TYPE_CHECKING:
    from _csv import Reader

NAME = "text"
WHOLE_LINE = ""
"""The name of a line that is kept whole because it does not have its file's columns."""


def recognises(head: bytes, members: Sequence[str]) -> bool:
    """Say whether a file may be text, which it is where it is of no other format."""
    return other_format(head, members) is None


def frames(content: Content, mapping: AnyMapping) -> Iterator[pl.DataFrame]:
    """Read the rows of a text, many at a time where they are all cut alike.

    Raises:
        UnreadableFileError: as ``rows`` does.
    """
    if mapping.file.footer_lines:
        yield from frames_of(rows(content, mapping))
        return
    delimiter = mapping.file.delimiter
    with opened_text(content, mapping.file) as file:
        header, last_line = _read_head(content, mapping, _rows(file, mapping))
        yield from frames_of(_encoded(header.first_rows, header, delimiter))
        while block := next_block(file, last_line):
            table = table_of(block, header.names, delimiter)
            if table is None:
                # A quoted cell may go on behind the block's last line.
                reader = _reader(chain(block.lines, file), delimiter)
                yield from frames_of(_encoded(_cut(reader, last_line, len(block.lines)), header, delimiter))
                last_line += reader.line_num
                continue
            last_line += len(block.lines)
            if table.height:
                yield encoded(table.with_columns(pl.lit(text).alias(name) for name, text in header.above.items()))


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
        header, _ = _read_head(content, mapping, lines)
        yield from _encoded(chain(header.first_rows, lines), header, mapping.file.delimiter)


def _read_head(content: Content, mapping: AnyMapping, lines: Iterator[Cells]) -> tuple[Header, int]:
    """Read what stands above the rows; give the number of its last line, too."""
    header = read_header(content, mapping, lines)
    delimiter = mapping.file.delimiter
    if len(header.names) == 1:
        remedy = f"Is `{delimiter}` its delimiter (`file.delimiter`)?"
    else:
        remedy = "Change `columns`, or `file.skip_lines` if the header is elsewhere."
    names = [*header.names, *header.above]
    expect_columns(content.path, mapping, f"{content.name}line {header.line}", names, remedy)
    last_line = header.first_rows[-1][0] if header.first_rows else header.line
    units = next(lines, None) if mapping.file.units_line else None
    return header, units[0] if units else last_line


def _rows(file: TextIO, mapping: AnyMapping) -> Iterator[Cells]:
    """Read every line that is not empty, by its number, cut into cells."""
    skipped = sum(1 for _ in islice(file, mapping.file.skip_lines))
    return _cut(_reader(file, mapping.file.delimiter), skipped)


def _reader(lines: Iterable[str], delimiter: str) -> "Reader":
    return csv.reader(lines, delimiter=delimiter, strict=True)


def _cut(reader: "Reader", lines_before: int, most_lines: float = inf) -> Iterator[Cells]:
    """Read lines that are not empty, by their numbers, to the end of the row that the last one is of."""
    try:
        while reader.line_num < most_lines and (cells := next(reader, None)) is not None:
            if any(cell.strip() for cell in cells):
                yield lines_before + reader.line_num, cells
    except csv.Error as error:
        ends = lines_before + reader.line_num
        raise csv.Error(f"the row that ends in line {ends}: {error}. Mend its quotes") from error


def _without_footer(rows: Iterator[Cells], footer_lines: int) -> Iterator[Cells]:
    last_rows: deque[Cells] = deque()
    for row in rows:
        last_rows.append(row)
        if len(last_rows) > footer_lines:
            yield last_rows.popleft()


def _encoded(rows: Iterable[Cells], header: Header, delimiter: str) -> Iterator[Row]:
    for line, cells in rows:
        yield line, ENCODED(_named(cells, header.names, delimiter) | header.above)


def _named(cells: list[str], names: list[str], delimiter: str) -> dict[str, str]:
    if any(cell.strip() for cell in cells[len(names) :]):
        return {WHOLE_LINE: delimiter.join(cells)[:1000]}
    return dict(zip(names, cells, strict=False))
