"""The row of a table that names its columns, and what stands above it."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.landing.readers.contents import Content
from wattlake.lake.landing.readers.frames import column_names
from wattlake.lake.mapping import AnyMapping

MOST_LINES_ABOVE = 100
Cells = tuple[int, list[str]]


class Header(NamedTuple):
    """The names of a file's columns, and what the lines above them say of all rows.

    Attributes:
        line: in which they stand.
        names: of the columns.
        above: texts by their names.
        first_rows: the rows that are none of the header.
    """

    line: int
    names: list[str]
    above: dict[str, str]
    first_rows: list[Cells]


def read_header(content: Content, mapping: AnyMapping, rows: Iterator[Cells]) -> Header:
    """Read the names of the columns, from the first row or where a layout has them.

    Raises:
        UnreadableFileError: there is no such row.
    """
    if mapping.recognise:
        return _recognised_header(content, mapping, rows)
    head = next(rows, None)
    if head is None:
        fault = f"{content.name}has no line after the {mapping.file.skip_lines} that are skipped."
        raise UnreadableFileError(str(content.path), fault)
    line, cells = head
    if mapping.file.header:
        return Header(line, column_names(cells), {}, [])
    return Header(line, column_names([""] * len(cells)), {}, [head])


def _recognised_header(content: Content, mapping: AnyMapping, rows: Iterator[Cells]) -> Header:
    """Find the row that has all columns of a layout, and take what the rows above say."""
    assert mapping.recognise is not None
    spelled = {name.casefold(): name for name in (*mapping.recognise.header, *mapping.needed)}
    rows_above: list[Cells] = []
    for line, cells in islice(rows, MOST_LINES_ABOVE):
        names = [spelled.get(name.casefold(), name) for name in column_names(cells)]
        if set(mapping.recognise.header) <= set(names):
            return Header(line, names, _said_above(rows_above, mapping.recognise.above), [])
        rows_above.append((line, cells))
    expected = "`, `".join(mapping.recognise.header)
    fault = f"does not fit: {content.name}none of its first lines has the columns `{expected}` of `{mapping.name}`."
    raise UnreadableFileError(str(content.path), fault)


def _said_above(rows: Sequence[Cells], names: Sequence[str]) -> dict[str, str]:
    """Find texts by their names: beside the name in a row of two cells, otherwise below it."""
    words: dict[str, str] = {}
    below: list[list[str]] = [*(cells for _, cells in rows), []][1:]
    for (_, cells), next_cells in zip(rows, below, strict=True):
        texts = [cell.strip().rstrip(":") for cell in cells]
        for name in set(names) & set(texts) - words.keys():
            position = texts.index(name)
            if len([text for text in texts if text]) == 2 and position == 0:
                words[name] = texts[1]
            elif position < len(next_cells):
                words[name] = next_cells[position].strip()
    return {name: words[name] for name in names if name in words}
