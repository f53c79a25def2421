"""The members of a zip file: which hold readings, and why the others are left out."""

from pathlib import Path
from typing import NamedTuple

from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.foreign_text import shown
from wattlake.lake.landing.readers.choice import reader_of
from wattlake.lake.landing.readers.contents import Content
from wattlake.lake.landing.readers.packed import contents_of
from wattlake.lake.mapping import AnyMapping

OF_READINGS = (".csv", ".tsv", ".xls", ".xlsx", ".json", ".ndjson", ".jsonl", ".parquet", ".xml", ".gz", ".zip")
"""The endings of names that are hardly those of a note or a licence."""


class LeftOut(NamedTuple):
    """A member of a zip file that is left out.

    Attributes:
        name: in the zip file.
        fault: why, as the end of a sentence about it.
    """

    name: str
    fault: str

    def __str__(self) -> str:
        """Say which it is, and why it is left out."""
        return f"{shown(self.name)}, which {self.fault}"

    @property
    def is_of_readings(self) -> bool:
        """Say whether its name is that of a file of readings, so that some may be missing."""
        return self.name.lower().endswith(OF_READINGS)


def readable_contents(path: Path) -> list[Content]:
    """List the contents of a file whose formats have a reader.

    Raises:
        UnreadableFileError: none has.
    """
    return _sorted(path, None)[0]


def contents_with_rows(path: Path, mapping: AnyMapping) -> list[Content]:
    """List the contents of a file that a mapping reads.

    Raises:
        UnreadableFileError: it reads none of several.
    """
    return _sorted(path, mapping)[0]


def left_out(path: Path, mapping: AnyMapping) -> list[LeftOut]:
    """List the members of a zip file that a mapping does not read, where it reads others.

    Raises:
        UnreadableFileError: it reads none.
    """
    return _sorted(path, mapping)[1]


def _sorted(path: Path, mapping: AnyMapping | None) -> tuple[list[Content], list[LeftOut]]:
    contents = contents_of(path)
    if len(contents) == 1:
        return contents, []
    faults = {content: fault for content in contents if (fault := _fault(content, mapping))}
    if len(faults) == len(contents):
        raise faults[contents[0]]
    without = [LeftOut(content.member, _sentence(content, fault)) for content, fault in faults.items()]
    return [content for content in contents if content not in faults], without


def _fault(content: Content, mapping: AnyMapping | None) -> UnreadableFileError | None:
    """Say why a content has no row that can be read."""
    try:
        reader = reader_of(content, mapping)
        if mapping is not None:
            next(iter(reader.frames(content, mapping)), None)
    except UnreadableFileError as error:
        return error
    return None


def _sentence(content: Content, error: UnreadableFileError) -> str:
    return str(error).removeprefix(f"{content.path} ").replace(content.name, "", 1)
