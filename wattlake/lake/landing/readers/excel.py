"""The reader of Excel workbooks: a sheet's cells as texts."""

from collections.abc import Iterator, Sequence

import fastexcel
import polars as pl

from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.foreign_text import shown
from wattlake.lake.landing.readers.contents import Content
from wattlake.lake.landing.readers.excel_size import expect_size
from wattlake.lake.landing.readers.frames import LINE, ROWS_AT_ONCE, encoded, expect_columns
from wattlake.lake.landing.readers.header_rows import MOST_LINES_ABOVE, Cells, read_header
from wattlake.lake.mapping import AnyMapping

NAME = "an Excel workbook"
XLS = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WORKBOOK = "xl/workbook.xml"
BLANK_ROWS_ABOVE = 10_000
TIME_ALONE = r"^1899-12-31 (\d\d:\d\d:\d\d)$"
"""A cell that holds a time of day without a day is one of Excel's first day."""
END_OF_DAY = "1900-01-01 00:00:00"
DAY_ALONE = r"^(\d{4}-\d\d-\d\d) 00:00:00$"
LONGEST_NUMBER = 15
"""Excel keeps as many digits of a number; those behind are not what they were."""


def recognises(head: bytes, members: Sequence[str]) -> bool:
    """Say whether a file is a workbook, by its first bytes and the names of what is in it."""
    return head.startswith(XLS) or WORKBOOK in members


def frames(content: Content, mapping: AnyMapping) -> Iterator[pl.DataFrame]:
    """Read the rows of a sheet: the one that the mapping names, or the first that has rows.

    Raises:
        UnreadableFileError: it is no whole workbook, or has not the sheet or the columns that the mapping names.
    """
    sheet = read_sheet(content, mapping.file.sheet)
    last = len(sheet) - mapping.file.footer_lines
    header = read_header(content, mapping, _filled_rows(sheet.slice(0, last), mapping.file.skip_lines))
    names = [*header.names, *header.above]
    remedy = "Change `columns`, or `file.skip_lines` if the header is elsewhere."
    expect_columns(content.path, mapping, f"{content.name}row {header.line}", names, remedy)
    start = header.line - len(header.first_rows) + mapping.file.units_line
    texts = sheet.rename(dict(zip(sheet.columns, header.names, strict=True)))
    _expect_whole_ids(content, texts.slice(start), mapping, start)
    above = [pl.lit(text).alias(name) for name, text in header.above.items()]
    for offset in range(start, last, ROWS_AT_ONCE):
        part = texts.slice(offset, min(ROWS_AT_ONCE, last - offset))
        numbered = part.with_columns(pl.int_range(offset + 1, offset + 1 + len(part)).alias(LINE))
        filled = numbered.filter(pl.any_horizontal(pl.col(name).str.strip_chars() != "" for name in part.columns))
        if len(filled):
            yield encoded(_with_plain_times(filled, mapping).with_columns(above))


def read_sheet(content: Content, name: str | None = None) -> pl.DataFrame:
    """Read the cells of a sheet as texts, in columns by number and rows from the first on.

    Raises:
        UnreadableFileError: it is no whole workbook, is too large, or has no such sheet.
    """
    for _, sheet in sheets(content, name):
        return sheet
    raise UnreadableFileError(str(content.path), f"{content.name}has no sheet with rows.")


def sheets(content: Content, name: str | None = None) -> Iterator[tuple[str, pl.DataFrame]]:
    """Read the sheets that have rows, or the one of a name, one after another.

    Raises:
        UnreadableFileError: it is no whole workbook, is too large, or has no such sheet.
    """
    with content.on_disk() as path:
        expect_size(content, path)
        try:
            workbook = fastexcel.read_excel(str(path))
            names = workbook.sheet_names
            if name is not None and name not in names:
                known = "`, `".join(map(shown, names[:20]))
                fault = f"{content.name}has the sheets `{known}`, and not `{shown(name)}` (`file.sheet`)."
                raise UnreadableFileError(str(content.path), fault)
            for wanted in [name] if name is not None else names:
                sheet = workbook.load_sheet(wanted, header_row=None, skip_rows=0, dtypes="string").to_polars()
                if len(sheet):
                    yield wanted, sheet.cast(pl.String)
        except (fastexcel.FastExcelError, pl.exceptions.PolarsError) as error:
            fault = f"{content.name}is not a whole workbook ({shown(str(error))}). Open it and save it again."
            raise UnreadableFileError(str(content.path), fault) from error


def _filled_rows(sheet: pl.DataFrame, skipped: int) -> Iterator[Cells]:
    """Give the first rows that are not empty, for the header to be found in."""
    head = sheet.slice(skipped, BLANK_ROWS_ABOVE + MOST_LINES_ABOVE)
    for number, cells in enumerate(head.iter_rows(), skipped + 1):
        texts = [cell or "" for cell in cells]
        if any(text.strip() for text in texts):
            yield number, texts


def _with_plain_times(rows: pl.DataFrame, mapping: AnyMapping) -> pl.DataFrame:
    """Write times of day without the day that Excel gives them, and days without midnight."""
    time, date = (getattr(mapping.columns, name, None) for name in ("time", "date"))
    changed = []
    if time and time in rows.columns:
        of_day = pl.col(time).str.replace(TIME_ALONE, "$1")
        changed.append(of_day.str.replace(END_OF_DAY, "24:00:00", literal=True))
    if date and date in rows.columns:
        changed.append(pl.col(date).str.replace(DAY_ALONE, "$1"))
    return rows.with_columns(changed)


def _expect_whole_ids(content: Content, rows: pl.DataFrame, mapping: AnyMapping, first_row: int) -> None:
    """Refuse ids that Excel took for numbers and cut, so that several meters would be one."""
    for ids in (rows[name] for name in mapping.ids if name in rows.columns):
        cut = ids.filter(ids.str.contains(rf"^\d{{{LONGEST_NUMBER + 1},}}$"))
        if len(cut) and _is_numeric(content, mapping.file.sheet, rows.columns.index(ids.name), first_row):
            fault = f"has the id `{shown(cut[0])}` in column `{shown(ids.name)}`: Excel keeps {LONGEST_NUMBER} digits"
            fault += " of a number. Save the column as text, with its whole ids."
            raise UnreadableFileError(str(content.path), f"{content.name}{fault}")


def _is_numeric(content: Content, sheet: str | None, column: int, first_row: int) -> bool:
    """Say whether a column holds numbers, and no texts that look like some."""
    with content.on_disk() as path:
        workbook = fastexcel.read_excel(str(path))
        for name in [sheet] if sheet is not None else workbook.sheet_names:
            cells = workbook.load_sheet(name, header_row=None, skip_rows=first_row, use_columns=[column]).to_polars()
            if len(cells):
                return cells.dtypes[0].is_numeric()
    return False
