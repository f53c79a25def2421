"""A file of an inbox before DuckDB reads it: its hash, header, quotes and archived copy."""

import gzip
import hashlib
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

import zstandard

from wattlake.lake.contracts import columns
from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.landing.readers.choice import is_text
from wattlake.lake.landing.readers.contents import READ_BYTES, Content
from wattlake.lake.landing.readers.members import readable_contents
from wattlake.lake.mapping import AnyMapping
from wattlake.lake.store.files import Storage

LONGEST_LINE_BYTES = 16 * 1024**2
"""Longer lines are refused, for of those over its buffer of 32 MB DuckDB 1.5 tells nothing."""
PLAIN_ENDING = re.compile(r"[A-Za-z0-9_.-]{1,40}")
OF_MAPPED_FILES = {"line", "cells"}

Identity = tuple[str, str, str]


@dataclass
class File:
    """A file to land: its place, its hash, and its columns or the mapping it is read by.

    Its stamp is the size, the time of the last change and the number that it had before it was hashed.

    One with a quote too many is read alone: DuckDB 1.5 tells of a quote that is never closed, and leaves out what comes
    behind it, but of many files it only does the latter.
    """

    path: Path
    stamp: tuple[int, int, int]
    sha256: str
    mapping: AnyMapping | None = None
    header: tuple[str, ...] = ()
    is_read_alone: bool = False

    @property
    def identity(self) -> Identity:
        """The identity of a landed file: bytes, mapping, and its name where that says whose it is."""
        by_name = self.mapping is not None and self.mapping.file_name_patterns
        return self.sha256, self.mapping.name if self.mapping else "", self.path.name if by_name else ""

    @property
    def extension(self) -> str:
        """The part of the name after its first dot, such as ``csv.gz``; none if it is odd."""
        ending = self.path.name.partition(".")[2]
        return ending if PLAIN_ENDING.fullmatch(ending) else ""


def quotes_in(path: Path) -> int:
    """Read the text of a file to its end, in bounded memory, and count its quotes.

    DuckDB takes a compressed file that was cut off for whole, and leaves out lines that are longer than its buffer.

    Raises:
        UnreadableFileError: it was cut off, unpacks to far more than its size, or has a line without an end.
    """
    return sum(_quotes_in(content) for content in readable_contents(path) if is_text(content))


def _quotes_in(content: Content) -> int:
    quotes = line_bytes = 0
    with content.opened() as source:
        while part := source.read(READ_BYTES):
            quotes += part.count(b'"')
            end = max(part.rfind(b"\n"), part.rfind(b"\r"))
            line_bytes = line_bytes + len(part) if end < 0 else len(part) - end
            if line_bytes > LONGEST_LINE_BYTES:
                fault = f"has a line of more than {LONGEST_LINE_BYTES // 1024**2} MB. Is it text, with line breaks?"
                raise UnreadableFileError(str(content.path), f"{content.name}{fault}")
    return quotes


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Raise what goes wrong while a file is read as an error about that file.

    Raises:
        UnreadableFileError: it is gone, may not be read, or is no whole gzip file.
    """
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UnreadableFileError(str(path), f"is not a whole gzip file ({error}). Fetch it again.") from error
    except OSError as error:
        fault = f"cannot be read ({error.strerror or error}). Check that it is there and may be read."
        raise UnreadableFileError(str(path), fault) from error


def stamp_of(path: Path) -> tuple[int, int, int]:
    """Read a file's size in bytes, the time of its last change in nanoseconds, and its number.

    Raises:
        UnreadableFileError: it is gone.
    """
    with reading(path):
        status = path.stat()
    return status.st_size, status.st_mtime_ns, status.st_ino


def expect_unchanged(file: File) -> None:
    """Refuse a file that is not as it was when it was hashed.

    Raises:
        UnreadableFileError: somebody writes to it.
    """
    if stamp_of(file.path) != file.stamp:
        raise UnreadableFileError(str(file.path), "changed while it was read. Run again once it is whole.")


def text_columns(source: str) -> list[str]:
    """List the columns of a bronze table that a file without a mapping may have."""
    return [name for name in columns(f"bronze.{source}") if name not in OF_MAPPED_FILES and not name.startswith("_")]


def sha256_of(path: Path) -> str:
    """Compute the SHA-256 of a file's bytes.

    Raises:
        UnreadableFileError: it cannot be read.
    """
    with reading(path), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def archive(storage: Storage, file: File, name: str) -> None:
    """Keep the file as it is, compressed, under a name below the lake's data.

    Raises:
        UnreadableFileError: it cannot be read, or changed since it was hashed; nothing is kept then.
    """
    with reading(file.path):
        source = file.path.open("rb")
    hashed = cast("IO[bytes]", _Hashed(file, source))
    with source, storage.writing(name) as copy:
        zstandard.ZstdCompressor(threads=-1).copy_stream(hashed, copy, read_size=READ_BYTES)


class _Hashed:
    """A file opened for reading, whose bytes must be those that were hashed."""

    def __init__(self, file: File, source: IO[bytes]) -> None:
        """Read from an opened file."""
        self._file, self._source, self._hash = file, source, hashlib.sha256()

    def read(self, size: int) -> bytes:
        """Read the next bytes; at their end, compare the hash.

        Raises:
            UnreadableFileError: they cannot be read, or are others than were hashed.
        """
        with reading(self._file.path):
            part = self._source.read(size)
        self._hash.update(part)
        if not part and self._hash.hexdigest() != self._file.sha256:
            raise UnreadableFileError(str(self._file.path), "changed while it was read. Run again once it is whole.")
        return part
