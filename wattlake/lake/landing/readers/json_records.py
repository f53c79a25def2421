"""The reader of JSON: a list of records, or a record a line, one after another."""

from collections.abc import ItemsView, Iterable, Iterator, Sequence
from typing import Any

import ijson
import polars as pl

from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.foreign_text import shown
from wattlake.lake.landing.readers.contents import Content
from wattlake.lake.landing.readers.frames import ENCODED, MOST_COLUMNS, Row, expect_columns, frames_of
from wattlake.lake.mapping import AnyMapping

NAME = "JSON"
BLANKS = b" \t\r\n"
MARKS = (b"\xef\xbb\xbf",)
MOST_DEPTH = 20


class _Record(dict[str, Any]):
    """A JSON object that knows whether a name stands in it twice."""

    twice: str | None = None

    def __setitem__(self, name: str, value: object) -> None:
        if name in self:
            self.twice = name  # ijson breaks down where an error is raised here.
        super().__setitem__(name, value)

    def once(self) -> ItemsView[str, Any]:
        """Give names and values, of which each name stands once.

        Raises:
            ValueError: one stands twice.
        """
        if self.twice is not None:
            raise ValueError(f"an object has the name `{shown(self.twice)}` twice")
        return self.items()


def recognises(head: bytes, members: Sequence[str]) -> bool:
    """Say whether a file is JSON, by its first sign and the first that follows it."""
    text = head.removeprefix(MARKS[0]).lstrip(BLANKS)
    if text[:1] == b"{":
        return text[1:].lstrip(BLANKS)[:1] in (b'"', b"}")
    return text[:1] == b"[" and text[1:].lstrip(BLANKS)[:1] in (b"{", b"[", b"]")


def frames(content: Content, mapping: AnyMapping) -> Iterator[pl.DataFrame]:
    """Read the records of a file, many at a time."""
    return frames_of(rows(content, mapping))


def rows(content: Content, mapping: AnyMapping) -> Iterator[Row]:
    """Read the records of a file; a row's line is the number of its record.

    Raises:
        UnreadableFileError: it is not whole JSON, or its first record has not the columns that the mapping names.
    """
    for number, record in cells(content, mapping.file.records):
        if number == 1:
            remedy = 'Change `columns`, or name where the records are (`file.records`, such as "data.readings").'
            expect_columns(content.path, mapping, f"{content.name}the first record", list(record), remedy)
        yield number, ENCODED(record)


def cells(content: Content, path: str | None) -> Iterator[tuple[int, dict[str, str]]]:
    """Read the records of a file, by their numbers, as texts by their names.

    Objects within objects give columns named with a dot between, and lists such with a number. What is null is blank.

    Raises:
        UnreadableFileError: it is not whole JSON, or a name stands in an object twice.
    """
    try:
        for number, record in enumerate(_records(content, path), 1):
            texts: dict[str, str] = {}
            for name, value in _named(record):
                _flatten(texts, name, value, 1)
            yield number, texts
    except (ijson.JSONError, ValueError, RecursionError) as error:
        if isinstance(error, UnreadableFileError):
            raise
        fault = f"{content.name}is not whole JSON ({shown(str(error))}). Fetch it again."
        raise UnreadableFileError(str(content.path), fault) from error


def _records(content: Content, path: str | None) -> Iterator[Any]:
    with content.opened() as source:
        head = content.head.removeprefix(MARKS[0]).lstrip(BLANKS)
        if content.head.startswith(MARKS[0]):
            source.read(len(MARKS[0]))
        if path is not None:
            yield from ijson.items(source, f"{path}.item", map_type=_Record)
        elif head.startswith(b"["):
            yield from ijson.items(source, "item", map_type=_Record)
        else:
            yield from ijson.items(source, "", multiple_values=True, map_type=_Record)


def _named(record: object) -> Iterator[tuple[str, object]]:
    if isinstance(record, _Record):
        yield from record.once()
    elif isinstance(record, list):
        for number, value in enumerate(record, 1):
            yield f"column {number}", value
    else:
        raise ValueError(f"expected records, found {shown(repr(record))}")


def _flatten(texts: dict[str, str], name: str, value: object, depth: int) -> None:
    """Write a value as text, and what is inside it under names of its own."""
    if isinstance(value, str) or value is None:
        texts[name] = value or ""
    elif value is True or value is False:
        texts[name] = "true" if value else "false"
    elif isinstance(value, (_Record, list)):
        if depth > MOST_DEPTH:
            raise ValueError(f"objects stand in one another more than {MOST_DEPTH} times")
        inner: Iterable[tuple[object, object]] = value.once() if isinstance(value, _Record) else enumerate(value, 1)
        for inner_name, inner_value in inner:
            _flatten(texts, f"{name}.{inner_name}", inner_value, depth + 1)
    else:
        texts[name] = str(value)
    if len(texts) > MOST_COLUMNS:
        raise ValueError(f"a record has more than {MOST_COLUMNS:,} values")
