"""The head of a meter file as text, rows and columns, before anything is known of it."""

import codecs
import csv
import gzip
import zlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from wattlake.app.mapping_proposal.numbers import is_number
from wattlake.app.mapping_proposal.times import time_formats
from wattlake.lake.landing.readers.cells import MOST_COLUMNS, column_names

HEAD_BYTES = 256 * 1024
MOST_ROWS = 2000
DELIMITERS = (";", "\t", "|", ",")
BYTE_ORDER_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


@dataclass(frozen=True)
class Head:
    """The first rows of a file.

    Attributes:
        encoding: of its text.
        delimiter: between its cells.
        skip_lines: how many lines stand before its header or first row.
        header: whether a line names the columns.
        names: of the columns.
        rows: cells, as many in each row as there are columns.
    """

    encoding: str
    delimiter: str
    skip_lines: int
    header: bool
    names: list[str]
    rows: list[list[str]]

    def column(self, name: str) -> list[str]:
        """List the cells of a column, blanks left out."""
        position = self.names.index(name)
        return [row[position].strip() for row in self.rows if row[position].strip()]


def read_head(path: Path) -> Head:
    """Read the head of a file, plain or gzipped.

    Raises:
        ValueError: it is not text in rows and columns.
    """
    encoding, text = _text(path)
    lines = text.splitlines()[:MOST_ROWS]
    delimiter, width = _delimiter(lines)
    if width < 2:
        raise ValueError(f"{path} has no columns: no line of its head is cut in two by a semicolon, comma, tab or bar.")
    if width > MOST_COLUMNS:
        raise ValueError(f"{path} has {width:,} columns; {MOST_COLUMNS:,} are read at most.")
    cut = [(number, _cells(line, delimiter)) for number, line in enumerate(lines)]
    rows = [(number, cells) for number, cells in cut if len(cells) == width]
    start = next((place for place, (_, cells) in enumerate(rows) if _is_reading(cells)), None)
    if start is None:
        raise ValueError(f"{path} has no row with a time and a number among its first {len(lines):,} lines.")
    header = start > 0
    first, names = rows[start - 1] if header else rows[start]
    named = column_names(names if header else [""] * len(names))
    return Head(encoding, delimiter, first, header, named, [cells for _, cells in rows[start:]])


def _text(path: Path) -> tuple[str, str]:
    """Read the encoding and the text of a file's head, up to its last whole line."""
    try:
        with gzip.open(path, "rb") if path.suffix.lower() == ".gz" else path.open("rb") as file:
            content = file.read(HEAD_BYTES)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ValueError(f"{path} is not a whole gzip file ({error}). Fetch it again.") from error
    if not content.strip():
        raise ValueError(f"{path} is empty.")
    encoding = next((name for mark, name in BYTE_ORDER_MARKS.items() if content.startswith(mark)), None)
    if encoding is None:
        encoding = "utf-8" if _is_utf8(content) else "cp1252"
    text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding, errors="replace")
    return encoding, text if len(content) < HEAD_BYTES else text.rpartition("\n")[0]


def _is_utf8(content: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(content)  # A character cut off at the end is none that is wrong.
    except UnicodeDecodeError:
        return False
    return True


def _delimiter(lines: list[str]) -> tuple[str, int]:
    """Find what cuts most lines into the same number of cells, and that number."""
    found = []
    for order, delimiter in enumerate(DELIMITERS):
        widths = Counter(len(_cells(line, delimiter)) for line in lines if line.strip())
        width, count = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        found.append((width > 1, count, -order, delimiter, width))
    *_, delimiter, width = max(found)
    return delimiter, width


def _is_reading(cells: list[str]) -> bool:
    """Say whether a row has a time, or a day, and a number beside it."""
    times = [cell for cell in cells if cell.strip() and time_formats([cell.strip()])]
    return bool(times) and any(is_number(cell) for cell in cells if cell not in times)


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:  # A line that is endless, or has characters no text has.
        return [line]
