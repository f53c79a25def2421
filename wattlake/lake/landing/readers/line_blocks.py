"""Blocks of a text's lines, cut into cells all at once where each line is cut alike."""

import csv
from collections.abc import Sequence
from typing import NamedTuple, TextIO

import polars as pl

from wattlake.lake.landing.readers.frames import LINE

CHARACTERS_AT_ONCE = 16 * 1024**2
WHITE_SPACE = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
"""What Python calls white space: other libraries take less for it."""


class Block(NamedTuple):
    """Some lines of a text, one after another.

    Attributes:
        first_line: the number of the first in its file, from 1.
        lines: the lines, with their ends.
    """

    first_line: int
    lines: list[str]


def next_block(file: TextIO, lines_before: int) -> Block | None:
    """Read the next lines, as many as are bounded in size; there are none at the end."""
    lines = file.readlines(CHARACTERS_AT_ONCE)
    return Block(lines_before + 1, lines) if lines else None


def table_of(block: Block, names: Sequence[str], delimiter: str) -> pl.DataFrame | None:
    """Cut lines into the cells that a CSV reader would find, several times as fast.

    Args:
        block: the lines.
        names: of the columns.
        delimiter: between cells.

    Returns:
        The cells by column, and the lines' numbers as ``LINE``, without blank lines. ``None`` where it takes a CSV
        reader: where a line has fewer or more cells than there are names, a cell has quotes in it or is endless.
    """
    if delimiter == '"':
        return None
    line = pl.int_range(block.first_line, block.first_line + pl.len())
    table = pl.DataFrame({"text": block.lines}).select(pl.col("text").str.strip_chars_end("\r\n"), line.alias(LINE))
    is_blank = pl.col("text").str.replace_all(delimiter, "", literal=True).str.strip_chars(WHITE_SPACE) == ""
    table = table.filter(~is_blank)
    if table.select(pl.col("text").str.len_bytes().max() > csv.field_size_limit()).item():
        return None
    table = table.select(pl.col("text").str.splitn(delimiter, len(names) + 1).struct.unnest(), LINE)
    *cells, rest = table.columns[:-1]
    # Cells without names, as behind a last delimiter, are nothing as long as they are blank.
    is_more = pl.col(rest).str.replace_all(delimiter, "", literal=True).str.strip_chars(WHITE_SPACE) != ""
    if table.select(pl.any_horizontal(pl.col(cells[-1]).is_null() | is_more).any()).item():
        return None
    quoted = [cell for cell in cells if table.select(pl.col(cell).str.contains('"', literal=True).any()).item()]
    if quoted:
        if not table.select(pl.all_horizontal(map(_is_plainly_quoted, quoted)).all()).item():
            return None
        table = table.with_columns(pl.col(quoted).str.strip_chars('"'))
        table = table.filter(pl.any_horizontal(pl.col(cells).str.strip_chars(WHITE_SPACE) != ""))
    return table.select(*(pl.col(cell).alias(name) for cell, name in zip(cells, names, strict=True)), LINE)


def _is_plainly_quoted(cell: str) -> pl.Expr:
    """Say whether a cell has no quotes, or one before and one behind it."""
    text = pl.col(cell)
    quotes = text.str.count_matches('"', literal=True)
    return (quotes == 0) | ((quotes == 2) & text.str.starts_with('"') & text.str.ends_with('"'))
