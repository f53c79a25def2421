"""Frames of rows as they go to bronze: the line of the file, and the cells as JSON."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import polars as pl

from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.foreign_text import shown
from wattlake.lake.mapping import AnyMapping

ROWS_AT_ONCE = 50_000
CHARACTERS_AT_ONCE = 64 * 1024**2
MOST_COLUMNS = 10_000
MOST_NAMED = 40
LINE = "\x00line"
"""The name of the frame's column that holds the lines' numbers; no column of a file can have it."""

ENCODED = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
"""The cells of one row as JSON."""

Row = tuple[int, str]


def frames_of(rows: Iterable[Row]) -> Iterator[pl.DataFrame]:
    """Give rows in frames of bounded size, however many columns they have."""
    taken: list[Row] = []
    characters = 0
    for row in rows:
        taken.append(row)
        characters += len(row[1])
        if len(taken) == ROWS_AT_ONCE or characters >= CHARACTERS_AT_ONCE:
            yield _frame(taken)
            taken, characters = [], 0
    if taken:
        yield _frame(taken)


def encoded(table: pl.DataFrame) -> pl.DataFrame:
    """Turn a table of texts into lines and cells; its column ``LINE`` has the lines' numbers."""
    cells = pl.struct(pl.exclude(LINE)).struct.json_encode()
    return table.select(pl.col(LINE).cast(pl.Int64).alias("line"), cells.alias("cells"))


def column_names(cells: Iterable[str]) -> list[str]:
    """Name columns as mappings do: by number if unnamed, counted where a name comes again."""
    times: Counter[str] = Counter()
    names = []
    for number, cell in enumerate(cells, 1):
        name = cell.strip() or f"column {number}"
        times[name] += 1
        names.append(name if times[name] == 1 else f"{name} ({times[name]})")
    return names


def expect_columns(path: Path, mapping: AnyMapping, where: str, names: Sequence[str], remedy: str) -> None:
    """Refuse a file without the columns that its mapping names, or with too many.

    Args:
        path: of the file.
        mapping: of the file.
        where: the line or part of the file that names its columns.
        names: of the columns that the file has.
        remedy: what may be changed.

    Raises:
        UnreadableFileError: it has not the columns.
    """
    if len(names) > MOST_COLUMNS:
        raise UnreadableFileError(str(path), f"has {len(names):,} columns; {MOST_COLUMNS:,} are read at most.")
    known = set(names)
    missing = [name for name in mapping.columns.needed if name not in known]
    if missing:
        header = f"{where} has {len(names)} columns: `{shown('`, `'.join(names[:MOST_NAMED]))}`"
        needed = f"but the mapping `{mapping.name}` needs `{'`, `'.join(map(shown, missing[:MOST_NAMED]))}`"
        raise UnreadableFileError(str(path), f"does not fit: {header}, {needed}. {remedy}")


def _frame(rows: list[Row]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema={"line": pl.Int64, "cells": pl.String}, orient="row")
