"""The choice of a reader, by what a content holds."""

import zipfile
from collections.abc import Iterator, Sequence
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
    mscons,
    nem12,
    parquet,
)
from wattlake.lake.landing.readers.contents import ZIP, Content
from wattlake.lake.landing.readers.other_formats import OtherFormat, other_format
from wattlake.lake.mapping import AnyMapping


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


OF_STRUCTURE: tuple[ReaderOfStructure, ...] = (nem12, mscons, green_button, home_assistant, eda_workbook)
PLAIN: tuple[Reader, ...] = (excel, parquet, json_records, delimited)


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
