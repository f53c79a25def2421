"""The reader of the Austrian operators' workbook of an energy community, "Energiedaten".

The EDA portal gives it. Its first rows say of each column whose it is, in which direction, and what was counted; the
rows below hold quarter hours in local time. Beside a column of values there may be one of their qualities, L1 to L3.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import polars as pl

from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.foreign_text import shown
from wattlake.lake.landing.readers import excel
from wattlake.lake.landing.readers.contents import Content
from wattlake.lake.landing.readers.frames import LINE, ROWS_AT_ONCE, encoded
from wattlake.lake.mapping import AnyMapping, Mapping

NAME = "a workbook of EDA"
CODE_COLUMN = "meter code"
COLUMNS = ("metering point", "energy direction", CODE_COLUMN, "start", "value", "unit", "quality")
LABELS = ("meteringpointid", "energydirection", "metercode")
"""The rows that say what a column holds, by their first cells without blanks."""
ROWS_LOOKED_AT = 40
TIME = r"^(\d{2}\.\d{2}\.\d{4} \d{2}:\d{2}(:\d{2})?|\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2})$"
CODE = re.compile(r"(.*?)\s*(?:\[([A-Za-z]+)\])?\s*")
UNITS = {"KWH": "kWh", "WH": "Wh", "MWH": "MWh"}
QUALITY_CODES = ("", "qov", "qualität", "quality", "datenqualität")
TOTAL = "TOTAL"
NO_QUALITY = "none"


class _Column(NamedTuple):
    """A column of values: what its first rows say, and where its qualities stand."""

    point: str
    direction: str
    code: str
    unit: str
    values: str
    qualities: str | None


def recognises(head: bytes, members: Sequence[str]) -> bool:
    """Say whether a file may be one, as it is a workbook."""
    return excel.recognises(head, members)


def energy_sheet(content: Content, name: str | None = None) -> pl.DataFrame | None:
    """Find the sheet that has the rows which say what each column holds."""
    for _, sheet in excel.sheets(content, name):
        if {*LABELS} <= _labelled(sheet).keys():
            return sheet
    return None


def frames(content: Content, mapping: AnyMapping) -> Iterator[pl.DataFrame]:
    """Read the values of a workbook: a row for each, with what the first rows say of its column.

    Raises:
        UnreadableFileError: it has no such sheet, or two columns of values say the same of themselves.
    """
    sheet = energy_sheet(content, mapping.file.sheet)
    if sheet is None:
        fault = "has no sheet whose first column has MeteringpointID, Energy direction and Metercode."
        raise UnreadableFileError(str(content.path), f"{content.name}{fault}")
    columns = _columns(content, sheet)
    # What the mapping leaves out need not be landed: two of three columns are shares of what the first counted.
    wanted = mapping.where.get(CODE_COLUMN) if isinstance(mapping, Mapping) else None
    columns = [column for column in columns if wanted is None or column.code in wanted]
    if not columns:
        fault = f'has none of the codes that `{mapping.name}` wants (`where."{CODE_COLUMN}"`).'
        raise UnreadableFileError(str(content.path), f"{content.name}{fault}")
    numbered = sheet.with_columns(pl.int_range(1, len(sheet) + 1).alias(LINE))
    first_cell = pl.col(sheet.columns[0]).str.strip_chars()
    starts = numbered.select(first_cell.str.contains(TIME).fill_null(value=False).arg_max()).item()
    below = numbered.slice(starts).filter(first_cell != "")
    rows_at_once = max(1, ROWS_AT_ONCE // max(1, len(columns)))
    for rows in below.iter_slices(rows_at_once):
        # In the order of the sheet, for in the hour that comes twice that says which is which.
        table = pl.concat([_values(rows, column) for column in columns]).sort(LINE, maintain_order=True)
        yield encoded(table)


def _labelled(sheet: pl.DataFrame) -> dict[str, tuple[str | None, ...]]:
    """Give the first rows by their first cells without blanks."""
    rows = sheet.head(ROWS_LOOKED_AT).iter_rows()
    return {re.sub(r"[\s_-]", "", row[0]).casefold(): row for row in reversed(list(rows)) if row[0]}


def _columns(content: Content, sheet: pl.DataFrame) -> list[_Column]:
    points, directions, codes = (_labelled(sheet)[label] for label in LABELS)
    columns: list[_Column] = []
    point = direction = ""
    for number in range(1, sheet.width):
        # A cell over several columns stands in the first of them.
        point, direction = (points[number] or "").strip() or point, (directions[number] or "").strip() or direction
        code = (codes[number] or "").strip()
        if point.upper() == TOTAL or code.casefold() in QUALITY_CODES:
            continue
        written = CODE.fullmatch(code)
        name, unit = (written[1], written[2] or "") if written else (code, "")
        qualities = _qualities(sheet, codes, number + 1)
        values = sheet.columns[number]
        columns.append(_Column(point, direction, name, UNITS.get(unit.upper(), unit), values, qualities))
    labels = [(column.point, column.code) for column in columns]
    twice = next((name for name in labels if labels.count(name) > 1), None)
    if twice or not columns:
        fault = f"two columns `{shown(twice[1])}` of `{shown(twice[0])}`" if twice else "no column of values"
        raise UnreadableFileError(str(content.path), f"{content.name}has {fault}. Fetch it again.")
    return columns


def _qualities(sheet: pl.DataFrame, codes: tuple[str | None, ...], number: int) -> str | None:
    """Name the column of qualities beside one of values."""
    if number < sheet.width and (codes[number] or "").strip().casefold() in QUALITY_CODES:
        return sheet.columns[number]
    return None


def _values(rows: pl.DataFrame, column: _Column) -> pl.DataFrame:
    quality = pl.col(column.qualities).str.strip_chars() if column.qualities else pl.lit(NO_QUALITY)
    return rows.select(
        LINE,
        pl.lit(column.point).alias("metering point"),
        pl.lit(column.direction).alias("energy direction"),
        pl.lit(column.code).alias(CODE_COLUMN),
        pl.col(rows.columns[0]).str.strip_chars().alias("start"),
        pl.col(column.values).alias("value"),
        pl.lit(column.unit).alias("unit"),
        quality.alias("quality"),
    )
