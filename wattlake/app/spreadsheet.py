"""CSV that a spreadsheet may open: no cell is run as a formula, and numbers stay numbers.

A spreadsheet runs a cell of text that begins like a formula, whoever wrote it: a member, a source, an error. Such a
cell gets an apostrophe in front, which spreadsheets take as "this is text". See OWASP's page on CSV injection
(https://owasp.org/www-community/attacks/CSV_Injection).
"""

import json
from typing import Any

import polars as pl

FORMULA = r"(^|[;\t\r\n|])([^\S\t\r\n]*[=+\-@＝＋－＠])"
"""The beginning of a formula: at the start, or after what may be taken for a cell's end.

Some spreadsheet takes it so, be the cell quoted or not.
"""
CONTROL = r"^([\x00-\x1f\x7f])"
NUMBER = r"^[+-]?(\d+([.,]\d+)?|[.,]\d+)([eE][+-]?\d+)?$"


def csv_of(rows: pl.DataFrame) -> bytes:
    """Write rows as CSV in UTF-8, with a header.

    Lists and structs are written as JSON, bytes as hexadecimal digits.

    Args:
        rows: of any columns.
    """
    written = rows.select(_cells(rows[name]) for name in rows.columns)
    names = pl.DataFrame({"name": rows.columns}, schema={"name": pl.String}).select(_as_text(pl.col("name")))
    return written.rename(dict(zip(rows.columns, names["name"], strict=True))).write_csv().encode()


def _cells(column: pl.Series) -> pl.Series:
    """Write a column as text that no spreadsheet runs; what is no text stays as it is."""
    if column.dtype == pl.Binary:
        column = column.bin.encode("hex")
    elif column.dtype.is_nested() or column.dtype == pl.Object:
        texts = [None if cell is None else _json(cell) for cell in column.to_list()]
        column = pl.Series(column.name, texts, pl.String)
    elif column.dtype == pl.Duration:
        column = column.dt.to_string("iso")
    elif column.dtype in (pl.Categorical, pl.Enum):
        column = column.cast(pl.String)
    if column.dtype != pl.String:
        return column
    return column.to_frame().select(_as_text(pl.col(column.name))).to_series()


def _as_text(text: pl.Expr) -> pl.Expr:
    harmless = text.str.replace_all(FORMULA, "${1}'${2}").str.replace(CONTROL, "'${1}")
    return pl.when(text.str.contains(NUMBER)).then(text).otherwise(harmless)


def _json(cell: Any) -> str:  # noqa: ANN401
    return json.dumps(cell, default=str, ensure_ascii=False)
