"""The first rows of a file as texts, before any mapping is known."""

import csv
from collections.abc import Callable
from itertools import islice

import polars as pl

from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.landing.readers import eda_workbook, excel, json_records, parquet
from wattlake.lake.landing.readers.choice import Reader, reader_of
from wattlake.lake.landing.readers.contents import Content
from wattlake.lake.landing.readers.text import opened_text
from wattlake.lake.mapping.keys import Format

MOST_ROWS = 100
Head = list[list[str]]


def head_of(content: Content, layout: Format, most_rows: int = MOST_ROWS) -> Head:
    """Read the first rows of a content: of records their columns' names come first.

    Args:
        content: to read.
        layout: how text is cut, which sheet, and where the records are.
        most_rows: to read.

    Raises:
        UnreadableFileError: no reader takes it, or it is damaged.
    """
    reader = reader_of(content)
    return HEADS[reader.NAME](content, layout, most_rows) if reader.NAME in HEADS else _of_structure(reader)


def _of_structure(reader: Reader) -> Head:
    return [list(getattr(reader, "COLUMNS", ()))]


def _of_text(content: Content, layout: Format, most_rows: int) -> Head:
    try:
        with opened_text(content, layout) as file:
            lines = (line for line in iter(lambda: file.readline(MOST_CHARACTERS), "") if line.strip())
            return list(islice(csv.reader(lines, delimiter=layout.delimiter), most_rows))
    except csv.Error as error:
        raise UnreadableFileError(str(content.path), f"{content.name}is not readable as CSV: {error}.") from error


def _of_sheet(content: Content, layout: Format, most_rows: int) -> Head:
    if layout.sheet is None and eda_workbook.energy_sheet(content) is not None:
        return [list(eda_workbook.COLUMNS)]
    sheet = excel.read_sheet(content, layout.sheet)
    is_filled = pl.any_horizontal(pl.all().str.strip_chars() != "")
    return [[cell or "" for cell in row] for row in sheet.filter(is_filled).head(most_rows).iter_rows()]


def _of_records(content: Content, layout: Format, most_rows: int) -> Head:
    records = [cells for _, cells in islice(json_records.cells(content, layout.records), most_rows)]
    names = list(dict.fromkeys(name for cells in records for name in cells))
    return [names, *([cells.get(name, "") for name in names] for cells in records)]


def _of_parquet(content: Content, layout: Format, most_rows: int) -> Head:
    texts = next(parquet.tables(content), pl.DataFrame()).head(most_rows)
    return [texts.columns, *([cell or "" for cell in row] for row in texts.iter_rows())]


MOST_CHARACTERS = 1024**2
HEADS: dict[str, Callable[[Content, Format, int], Head]] = {
    "text": _of_text,
    excel.NAME: _of_sheet,
    json_records.NAME: _of_records,
    parquet.NAME: _of_parquet,
}
