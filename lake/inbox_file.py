"""A file of an inbox as it is before DuckDB reads it: its hash, its header, its quotes, its copy in the archive."""

import csv
import gzip
import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import fsspec
import zstandard

from lake.contracts import columns
from lake.mapping import AnyMapping
from lake.mapping.file import UnreadableFileError
from lake.mapping.readings import READING
from lake.storage import Storage

READ_BYTES = 1024**2
OF_MAPPED_FILES = {"line", "cells"}

Identity = tuple[str, str, str]


@dataclass
class File:
    """A file to land: where it is, the hash of its bytes, and the columns it has or the mapping it is read by.

    One with a quote too many is read alone: DuckDB 1.5 tells of a quote that is never closed, and leaves out what comes
    behind it, but of many files it only does the latter.
    """

    path: Path
    sha256: str
    mapping: AnyMapping | None = None
    header: tuple[str, ...] = ()
    is_read_alone: bool = False

    @property
    def identity(self) -> Identity:
        """What makes it the same as one landed before: bytes, mapping, and its name where that says whose it is."""
        by_name = self.mapping is not None and self.mapping.file_name_patterns
        return self.sha256, self.mapping.name if self.mapping else "", self.path.name if by_name else ""

    @property
    def extension(self) -> str:
        """Everything after the first dot of the name, such as ``csv`` or ``csv.gz``."""
        return self.path.name.partition(".")[2]


def header_of(path: Path, source: str, layouts: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The file's column names, spelled as the bronze table spells them where it has them.

    Raises:
        UnreadableFileError: it has none of the layouts, or no header.
    """
    spelled = {name.casefold(): name for name in text_columns(source)}
    try:
        with fsspec.open(str(path), "rt", compression="infer", encoding="utf-8-sig", errors="replace") as file:
            written = [name.strip() for name in next(csv.reader([file.readline(READ_BYTES)]), [])]
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _cut_off(path, error) from error
    except csv.Error as error:
        raise UnreadableFileError(str(path), f"has no header that can be read ({error}).") from error
    # Columns that are not kept go by their numbers: they may have no name, or any.
    header = tuple(spelled.get(name.casefold(), f"column {number}") for number, name in enumerate(written, 1))
    if not any(set(layout) <= set(header) for layout in layouts):
        expected = " or ".join(f"`{','.join(layout)}`" for layout in layouts)
        bring = "put a mapping beside it (`wattlake map` proposes one), " if source in READING else ""
        raise UnreadableFileError(
            str(path),
            f"begins with `{','.join(written)[:200]}`, but a file of {source} needs the columns {expected}. "
            f"Rename its columns, {bring}or take the file out of the folder.",
        )
    if len(set(header)) < len(header):
        said = f"names a column twice: `{','.join(written)[:200]}`. Give each column its own name."
        raise UnreadableFileError(str(path), said)
    return header


def quotes_in(path: Path) -> int:
    """How many quotes a file has; read to its end, since DuckDB takes a compressed one that was cut off for whole.

    Raises:
        UnreadableFileError: it is compressed, and was cut off.
    """
    try:
        with fsspec.open(str(path), "rb", compression="infer") as file:
            return sum(part.count(b'"') for part in iter(lambda: file.read(READ_BYTES), b""))
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _cut_off(path, error) from error


def _cut_off(path: Path, error: Exception) -> UnreadableFileError:
    return UnreadableFileError(str(path), f"is not a whole gzip file ({error}). Fetch it again.")


def text_columns(source: str) -> list[str]:
    """The columns of a bronze table that a file without a mapping may have."""
    return [name for name in columns(f"bronze.{source}") if name not in OF_MAPPED_FILES and not name.startswith("_")]


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def archive(storage: Storage, path: Path, name: str) -> None:
    """Keep the file as it is, compressed, under a name below the lake's data."""
    with path.open("rb") as file, storage.writing(name) as copy:
        zstandard.ZstdCompressor(threads=-1).copy_stream(file, copy, read_size=READ_BYTES)
