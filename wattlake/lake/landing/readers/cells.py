"""Read mapped files: turn text of any encoding and layout into numbered, named cells."""

import csv
import gzip
import json
import zlib
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import TextIO

from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.foreign_text import shown
from wattlake.lake.mapping import AnyMapping
from wattlake.lake.mapping.keys import Format

WHOLE_LINE = ""
"""The name of a line that is kept whole because it does not have its file's columns."""

MOST_COLUMNS = 10_000
MOST_NAMED = 40
Row = tuple[int, list[str]]


def mapped_rows(path: Path, mapping: AnyMapping) -> Iterator[tuple[int, str]]:
    """Read the rows of a file, one after another, however large it is.

    Args:
        path: the file, plain or gzipped.
        mapping: of the file.

    Yields:
        The number of the row's line, and its cells as JSON: column → text as written. A line with more cells than the
        file has columns is kept whole, under no name.

    Raises:
        UnreadableFileError: it has not the columns that the mapping names, or its bytes are no text; says where.
    """
    with _opened(path, mapping.file) as file:
        rows = _without_footer(_rows(file, mapping.file), mapping.file.footer_lines)
        head = next(rows, None)
        if head is None:
            raise UnreadableFileError(str(path), f"has no line after the {mapping.file.skip_lines} that are skipped.")
        if len(head[1]) > MOST_COLUMNS:
            raise UnreadableFileError(str(path), f"has {len(head[1]):,} columns; {MOST_COLUMNS:,} are read at most.")
        names = column_names(head[1] if mapping.file.header else [""] * len(head[1]))
        _expect_columns(path, mapping, head, names)
        for line, cells in rows if mapping.file.header else chain([head], rows):
            yield line, json.dumps(_named(cells, names, mapping.file.delimiter), ensure_ascii=False)


def column_names(cells: Iterable[str]) -> list[str]:
    """Name columns as mappings do: by number if unnamed, counted where a name comes again."""
    times: Counter[str] = Counter()
    names = []
    for number, cell in enumerate(cells, 1):
        name = cell.strip() or f"column {number}"
        times[name] += 1
        names.append(name if times[name] == 1 else f"{name} ({times[name]})")
    return names


@contextmanager
def _opened(path: Path, layout: Format) -> Iterator[TextIO]:
    """Open a file as text; tell wrong bytes in it by line and column."""
    encoding = "utf-8-sig" if layout.encoding.lower() in ("utf-8", "utf8") else layout.encoding
    try:
        if path.suffix.lower() == ".gz":
            with gzip.open(path, "rt", encoding=encoding, newline="") as file:
                yield file
        else:
            with path.open(encoding=encoding, newline="") as file:
                yield file
    except UnicodeError as error:
        raise UnreadableFileError(str(path), _undecodable(path, layout, encoding)) from error
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UnreadableFileError(str(path), f"is not a whole gzip file ({error}). Fetch it again.") from error
    except csv.Error as error:
        raise UnreadableFileError(str(path), f"is not readable as CSV: {error}.") from error


def _rows(file: TextIO, layout: Format) -> Iterator[Row]:
    """Read every line that is not empty, by its number, cut into cells."""
    skipped = sum(1 for _ in islice(file, layout.skip_lines))
    lines = csv.reader(file, delimiter=layout.delimiter, strict=True)
    try:
        for cells in lines:
            if any(cell.strip() for cell in cells):
                yield skipped + lines.line_num, cells
    except csv.Error as error:
        raise csv.Error(f"the row that ends in line {skipped + lines.line_num}: {error}. Mend its quotes") from error


def _without_footer(rows: Iterator[Row], footer_lines: int) -> Iterator[Row]:
    last_rows: deque[Row] = deque()
    for row in rows:
        last_rows.append(row)
        if len(last_rows) > footer_lines:
            yield last_rows.popleft()


def _named(cells: list[str], names: list[str], delimiter: str) -> dict[str, str]:
    if any(cell.strip() for cell in cells[len(names) :]):
        return {WHOLE_LINE: delimiter.join(cells)[:1000]}
    return dict(zip(names, cells, strict=False))


def _expect_columns(path: Path, mapping: AnyMapping, head: Row, names: list[str]) -> None:
    """Refuse a file without the columns that its mapping names."""
    missing = [name for name in mapping.needed if name not in names]
    if not missing:
        return
    line, cells = head
    header = f"line {line} has {len(cells)} columns: `{shown('`, `'.join(names[:MOST_NAMED]))}`"
    needed = f"but the mapping `{mapping.name}` needs `{'`, `'.join(map(shown, missing[:MOST_NAMED]))}`"
    if len(cells) == 1:
        remedy = f"Is `{mapping.file.delimiter}` its delimiter (`file.delimiter`)?"
    else:
        remedy = "Change `columns`, or `file.skip_lines` if the header is elsewhere."
    raise UnreadableFileError(str(path), f"does not fit: {header}, {needed}. {remedy}")


def _undecodable(path: Path, layout: Format, encoding: str) -> str:
    """Tell where the first byte stands that the encoding does not have."""
    content = gzip.decompress(path.read_bytes()) if path.suffix.lower() == ".gz" else path.read_bytes()
    try:
        content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].decode(encoding, errors="replace").split("\n")
        column = line[-1].count(layout.delimiter) + 1
        bad_bytes = " ".join(f"0x{byte:02x}" for byte in content[error.start : error.end][:4])
        return (
            f"does not fit: line {len(line)}, column {column} has {bad_bytes}, which is no {layout.encoding}. "
            "Give its encoding as `file.encoding`, often cp1252."
        )
    except UnicodeError as error:
        return f"does not fit: it is no {layout.encoding} ({error}). Give its encoding as `file.encoding`."
    return f"is no {layout.encoding}. Give its encoding as `file.encoding`."
