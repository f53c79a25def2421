"""The header of CSV files that DuckDB reads: of layouts that need no mapping."""

import csv
from collections.abc import Sequence
from pathlib import Path

import fsspec

from wattlake.lake.contracts import columns
from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.foreign_text import shown
from wattlake.lake.landing.inbox_file import reading, text_columns
from wattlake.lake.landing.readers.cells import UNKNOWN_LAYOUT
from wattlake.lake.landing.readers.choice import is_text, members_of, reader_of
from wattlake.lake.landing.readers.contents import READ_BYTES
from wattlake.lake.landing.readers.members import readable_contents
from wattlake.lake.landing.readers.other_formats import NO_TEXT, other_format
from wattlake.lake.mapping.readings import READING

MOST_COLUMNS = 1_000


def header_of(path: Path, source: str, layouts: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Read a file's column names, spelled as in its bronze table where that has them.

    Raises:
        UnreadableFileError: it has none of the layouts, or no header.
    """
    spelled = {name.casefold(): name for name in text_columns(source)}
    written = _written_header(path)
    if len(written) > MOST_COLUMNS:
        raise UnreadableFileError(str(path), f"has {len(written):,} columns; {MOST_COLUMNS:,} are read at most.")
    # Columns that are not kept go by their numbers: they may have no name, or any.
    header = tuple(spelled.get(name.casefold(), f"column {number}") for number, name in enumerate(written, 1))
    if not any(set(layout) <= set(header) for layout in layouts):
        _expect_text(path)
        expected = " or ".join(f"`{','.join(layout)}`" for layout in layouts)
        proposed = " (`wattlake map` proposes one)" if source in READING else ""
        bring = f"put a mapping beside it{proposed}, " if "cells" in columns(f"bronze.{source}") else ""
        raise UnreadableFileError(
            str(path),
            f"begins with `{shown(','.join(written))}`, but a file of {source} needs the columns {expected}. "
            f"Rename its columns, {bring}or take the file out of the folder.",
        )
    if len(set(header)) < len(header):
        fault = f"names a column twice: `{shown(','.join(written))}`. Give each column its own name."
        raise UnreadableFileError(str(path), fault)
    return header


def _expect_text(path: Path) -> None:
    """Refuse what is of another format by the format's name."""
    content = readable_contents(path)[0]
    known = other_format(content.head, members_of(content))
    if known is not NO_TEXT and not is_text(content):
        fault = UNKNOWN_LAYOUT.format(name=f"{reader_of(content).NAME}")
        raise UnreadableFileError(str(path), f"{content.name}{fault}")


def has_columns(path: Path, layouts: Sequence[tuple[str, ...]]) -> bool:
    """Say whether a file begins with the columns of one of some layouts."""
    try:
        written = {name.casefold() for name in _written_header(path)}
    except UnreadableFileError:
        return False
    return any({name.casefold() for name in layout} <= written for layout in layouts)


def _written_header(path: Path) -> list[str]:
    try:
        with (
            reading(path),
            fsspec.open(str(path), "rt", compression="infer", encoding="utf-8-sig", errors="replace") as file,
        ):
            return [name.strip() for name in next(csv.reader([file.readline(READ_BYTES)]), [])]
    except csv.Error as error:
        raise UnreadableFileError(str(path), f"has no header that can be read ({error}).") from error
