"""Read mapped files: choose a reader by what a file holds, and get numbered, named cells."""

import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import polars as pl

from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.landing.readers import (
    delimited,
    eda_workbook,
    excel,
    green_button,
    home_assistant,
    json_records,
    nem12,
    parquet,
)
from wattlake.lake.landing.readers.contents import ZIP, Content
from wattlake.lake.landing.readers.frames import MOST_COLUMNS, Row, column_names
from wattlake.lake.landing.readers.other_formats import OtherFormat, other_format
from wattlake.lake.landing.readers.packed import contents_of
from wattlake.lake.mapping import AnyMapping

UNKNOWN_LAYOUT = (
    "is {name} in no layout that is known: put a mapping.toml beside or above it, as `wattlake map` proposes one, or "
    "take it out of the folder."
)

__all__ = [
    "MOST_COLUMNS",
    "UNKNOWN_LAYOUT",
    "column_names",
    "is_text",
    "mapped_frames",
    "mapped_rows",
    "members_of",
    "reader_of",
]


class Reader(Protocol):
    """The module of a format."""

    @property
    def NAME(self) -> str:  # noqa: N802
        """Name the format."""

    def recognises(self, head: bytes, members: Sequence[str]) -> bool:
        """Say whether bytes, or the members of what is a zip file, are of the format."""

    def frames(self, content: Content, mapping: AnyMapping) -> Iterator[pl.DataFrame]:
        """Read rows in frames of bounded size: each the ``line``, and the ``cells`` as JSON."""


class ReaderOfStructure(Reader, Protocol):
    """The module of a format whose structure has a meaning: it names the columns itself."""

    @property
    def COLUMNS(self) -> tuple[str, ...]:  # noqa: N802
        """Name the columns."""


OF_STRUCTURE: tuple[ReaderOfStructure, ...] = (nem12, green_button, home_assistant, eda_workbook)
PLAIN: tuple[Reader, ...] = (excel, parquet, json_records, delimited)


def mapped_frames(path: Path, mapping: AnyMapping) -> Iterator[pl.DataFrame]:
    """Read the rows of a file in frames of bounded size, however large it is.

    The rows of a zip file's members follow one another, and so do the numbers of their lines. Where a line holds many
    readings, as in NEM12, the line of a row is its number among them: no two rows have the same.

    Raises:
        UnreadableFileError: no reader takes it, or it has not the columns that the mapping names.
    """
    lines_before = 0
    for content in contents_of(path):
        reader, last_line = reader_of(content, mapping), lines_before
        for frame in reader.frames(content, mapping):
            line = pl.col("line") + lines_before
            if reader in OF_STRUCTURE:
                line = pl.int_range(last_line + 1, last_line + 1 + pl.len())
            numbered = frame.with_columns(line.alias("line"))
            last_line = numbered.item(-1, "line")
            yield numbered
        lines_before = last_line


def mapped_rows(path: Path, mapping: AnyMapping) -> Iterator[Row]:
    """Read the rows of a file, one after another: the first come at once, however large it is.

    Yields:
        The number of the row's line, and its cells as JSON: column → text as written.

    Raises:
        UnreadableFileError: no reader takes it, or it has not the columns that the mapping names.
    """
    content, *others = contents_of(path)
    reader = reader_of(content, mapping)
    if reader in (delimited, json_records) and not others:
        yield from (delimited if reader is delimited else json_records).rows(content, mapping)
        return
    for frame in mapped_frames(path, mapping):
        yield from frame.iter_rows()


def reader_of(content: Content, mapping: AnyMapping | None = None) -> Reader:
    """Choose the reader of a content.

    Args:
        content: to read.
        mapping: of the file. A reader of a structure is chosen where it gives all columns that the mapping names, and
            where there is no mapping; an operator's workbook is one of Excel until its mapping says otherwise.

    Raises:
        UnreadableFileError: no reader takes it.
    """
    head, members = content.head, members_of(content)
    for reader in OF_STRUCTURE:
        is_wanted = mapping is None or {*mapping.needed} <= {*reader.COLUMNS}
        if is_wanted and reader.recognises(head, members) and (mapping or reader is not eda_workbook):
            return reader
    for plain in PLAIN:
        if plain.recognises(head, members):
            return plain
    known = other_format(head, members) or OtherFormat("of no format that is read", "")
    raise UnreadableFileError(str(content.path), f"{content.name}is {known.name}, which is not read. {known.remedy}")


def members_of(content: Content) -> list[str]:
    """List the names of what is in a content that is a zip file; there are none otherwise."""
    if not content.head.startswith(ZIP):
        return []
    with content.on_disk() as path:
        try:
            with zipfile.ZipFile(path) as archive:
                return archive.namelist()
        except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
            fault = f"{content.name}is not a whole zip file ({error}). Fetch it again."
            raise UnreadableFileError(str(content.path), fault) from error


def is_text(content: Content) -> bool:
    """Say whether a content is read as text, line by line."""
    return reader_of(content) is delimited
