"""The reader of Home Assistant's energy export: a row for each statistic and time.

The file has a row for each statistic, and a column for each time at which an hour or a day begins.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import islice

import polars as pl

from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.landing.readers.contents import Content
from wattlake.lake.landing.readers.frames import LINE, MOST_COLUMNS, encoded
from wattlake.lake.landing.readers.text import opened_text
from wattlake.lake.mapping import AnyMapping
from wattlake.lake.mapping.keys import Format

NAME = "Home Assistant's energy export"
COLUMNS = ("entity_id", "type", "unit", "start", "value")
HEAD = re.compile(rb'(\xef\xbb\xbf)?"?entity_id"?,"?type"?,"?unit"?,"?\d{4}-\d\d-\d\dT')
OF_ROW = 3
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z", re.ASCII)
ROWS_AT_ONCE = 20
MOST_CHARACTERS = 4 * 1024**2


def recognises(head: bytes, members: Sequence[str]) -> bool:
    """Say whether a file is such an export, by the beginning of its header."""
    return HEAD.match(head) is not None


def frames(content: Content, mapping: AnyMapping) -> Iterator[pl.DataFrame]:
    """Read the values of a file: ``start`` is a time of its header.

    Raises:
        UnreadableFileError: a column is of no time, or a row has not the columns of its header.
    """
    with opened_text(content, Format()) as file:
        lines = csv.reader(iter(lambda: file.readline(MOST_CHARACTERS), ""), strict=True)
        times = [cell.strip() for cell in next(lines)[OF_ROW:]]
        wrong = next((time for time in times if not TIME.fullmatch(time)), None)
        if wrong is not None or len(times) > MOST_COLUMNS:
            fault = f"`{wrong}` in its header is no time" if wrong is not None else f"it has {len(times):,} columns"
            raise UnreadableFileError(str(content.path), f"{content.name}is no whole energy export: {fault}.")
        numbered = ((lines.line_num, cells) for cells in lines if any(cell.strip() for cell in cells))
        while rows := list(islice(numbered, ROWS_AT_ONCE)):
            yield encoded(_table(content, times, rows))


def _table(content: Content, times: list[str], rows: list[tuple[int, list[str]]]) -> pl.DataFrame:
    for line, cells in rows:
        if len(cells) != OF_ROW + len(times):
            fault = f"line {line} has {len(cells)} columns, and the header {OF_ROW + len(times)}"
            raise UnreadableFileError(str(content.path), f"{content.name}is no whole energy export: {fault}.")
    return pl.DataFrame(
        {
            LINE: [line for line, _ in rows],
            "entity_id": [cells[0].strip() for _, cells in rows],
            "type": [cells[1].strip() for _, cells in rows],
            "unit": [cells[2].strip() for _, cells in rows],
            "start": [times] * len(rows),
            "value": [cells[OF_ROW:] for _, cells in rows],
        }
    ).explode("start", "value")
