"""How lines are cut into rows, and which of the rows hold names, units and readings."""

import csv
import re
from collections import Counter

from wattlake.app.mapping_proposal.stamps import dates, instants
from wattlake.app.mapping_proposal.text import Line
from wattlake.app.mapping_proposal.times import is_dated

DELIMITERS = (";", "\t", "|", ",")
LINES_SAMPLED = 400
AS_TEXT = re.compile(r'="(.*)"', re.DOTALL)
UNIT_CELL = re.compile(
    r"\s*[\[(]?\s*(k|M|G)?(W|Wh|VArh|VA|var|V|A)\s*[\])]?\s*|\s*[\[(].*[\])]\s*|°C|%|m³|EUR|€|UTC|local|-",
    re.IGNORECASE,
)
DATED_SHARE = 0.5


def bare(cell: str) -> str:
    """Give what a cell holds, without blanks and without the formula that keeps it a text."""
    text = cell.strip().strip("\u00a0")
    as_text = AS_TEXT.fullmatch(text)
    return as_text[1].strip() if as_text else text


def cut(line: str, delimiter: str) -> list[str]:
    """Cut a line into cells."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:  # A line that is endless, or has characters no text has.
        return [line]


def delimiter_of(lines: list[Line]) -> str:
    """Find what cuts most lines into as many cells, a time among them."""
    step = max(1, len(lines) // LINES_SAMPLED)
    sample = [line.text for line in lines[::step]]
    ranked = []
    for order, delimiter in enumerate(DELIMITERS):
        rows = [cut(text, delimiter) for text in sample]
        dated = [row for row in rows if len(row) > 1 and any(is_dated(bare(cell)) for cell in row)]
        of_dated, of_all = (max(Counter(map(len, some)).values(), default=0) for some in (dated, rows))
        ranked.append((of_dated, max(map(len, rows), default=0) > 1, of_all, -order, delimiter))
    return max(ranked)[-1]


def readings_in(rows: list[list[str]], *, first: int = 0) -> list[int]:
    """List the places of the rows with readings: with a time where most have one."""
    wide = [row for row in rows if len(row) > 1]
    width = Counter(map(len, wide)).most_common(1)[0][0] if wide else 0
    usual = [line for line, row in enumerate(rows) if (line >= first and len(row) == width) or (len(row) > width > 1)]
    sample = [rows[line] for line in usual[:: max(1, len(usual) // LINES_SAMPLED)]]
    shares = {
        column: sum(is_dated(bare(row[column])) for row in sample) / len(sample) for column in range(width) if sample
    }
    dated = [column for column, share in shares.items() if share >= DATED_SHARE or _has_times(sample, column, share)]
    start = next((line for line in usual if any(_is_time(bare(rows[line][column])) for column in dated)), None)
    # Behind the first of them, one whose time cannot be read is a row, too.
    body = [line for line in usual if start is not None and line >= start]
    names = rows[start - 1] if start else []
    return [line for line in body if rows[line] != names and any(map(_is_value, rows[line]))] if dated else []


def _has_times(sample: list[list[str]], column: int, share: float) -> bool:
    return 0 < share < DATED_SHARE and len(sample) < 4


def _is_time(cell: str) -> bool:
    return is_dated(cell) and (instants([cell]) or dates([cell])) is not None


def _is_value(cell: str) -> bool:
    return bool(cell.strip())


def header_before(rows: list[list[str]], start: int) -> tuple[int | None, list[str]]:
    """Find the line of names, and the line of units under it, before the first reading."""
    if not start:
        return None, []
    nearest = rows[start - 1]
    is_units = all(not cell.strip() or UNIT_CELL.fullmatch(bare(cell)) for cell in nearest) and start > 1
    if is_units and len(rows[start - 2]) > 1 and _is_of_names(rows[start - 2]):
        return start - 2, nearest
    return (start - 1, []) if len(nearest) > 1 and _is_of_names(nearest) else (None, [])


def _is_of_names(row: list[str]) -> bool:
    """Say whether cells can be names of columns: words, not numbers or times."""
    named = [bare(cell) for cell in row if cell.strip()]
    words = [cell for cell in named if not is_dated(cell) and not re.fullmatch(r"[+-]?\d{1,3}([.,]\d+)?", cell)]
    return bool(words) and len(words) * 2 >= len(named)
