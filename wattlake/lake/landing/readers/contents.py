"""Contents of a file: its own bytes, or those of what is packed in it by zip or gzip."""

import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Literal, cast

from wattlake.lake.errors import UnreadableFileError
from wattlake.lake.foreign_text import shown

READ_BYTES = 1024**2
HEAD_BYTES = 64 * 1024
LARGEST_RATIO = 200
"""Meter files compress to 1/10 to 1/30; only made-up files come near gzip's limit of 1,032."""
UNPACKED_BYTES = 64 * 1024**2
"""The bytes that a compressed file may unpack to, whatever its size."""
GZIP, ZIP, EMPTY_ZIP = b"\x1f\x8b", b"PK\x03\x04", b"PK\x05\x06"

BROKEN = {
    "gzip": (EOFError, zlib.error, gzip.BadGzipFile),
    "zip": (EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError),
}


@dataclass(frozen=True)
class Content:
    """The bytes of a file as a reader gets them.

    Attributes:
        path: the file.
        packed_by: what the file is packed by; nothing where the bytes are the file's own.
        member: the name inside a zip file.
        most_bytes: how many they may be.
    """

    path: Path
    packed_by: Literal["", "gzip", "zip"] = ""
    member: str = ""
    most_bytes: int = 2**63

    @property
    def name(self) -> str:
        """Name the bytes in an error: the file, and its member where there are several."""
        return f"{shown(self.member)} in it " if self.member else ""

    @contextmanager
    def opened(self) -> Iterator[IO[bytes]]:
        """Open the bytes for reading, in bounded memory.

        Raises:
            UnreadableFileError: the file cannot be read, is not whole, or unpacks to far more than its size.
        """
        with self.faults_told(), self._source() as source:
            yield io.BufferedReader(_Bounded(source, self)) if self.packed_by else source

    @contextmanager
    def on_disk(self) -> Iterator[Path]:
        """Give a file that holds just these bytes: the file itself, or one unpacked for a while."""
        if not self.packed_by:
            yield self.path
            return
        with TemporaryDirectory(prefix="wattlake-unpacked-") as folder:
            path = Path(folder, "content")
            with self.opened() as source, path.open("wb") as target:
                while part := source.read(READ_BYTES):
                    target.write(part)
            yield path

    @property
    def head(self) -> bytes:
        """Read the first bytes."""
        with self.opened() as source:
            return source.read(HEAD_BYTES)

    @contextmanager
    def _source(self) -> Iterator[IO[bytes]]:
        if self.packed_by == "zip":
            with zipfile.ZipFile(self.path) as archive, archive.open(self.member) as member:
                yield member
        elif self.packed_by:
            with gzip.open(self.path) as unpacked:
                yield cast("IO[bytes]", unpacked)
        else:
            with self.path.open("rb") as source:
                yield source

    @contextmanager
    def faults_told(self) -> Iterator[None]:
        """Raise what goes wrong while the bytes are read as an error about the file.

        Raises:
            UnreadableFileError: it is gone, may not be read, or is not whole.
        """
        try:
            yield
        except UnreadableFileError:
            raise
        except BROKEN.get(self.packed_by, ()) as error:
            if isinstance(error, UnicodeError):
                raise
            fault = f"{self.name}is not a whole {self.packed_by} file ({shown(str(error))}). Fetch it again."
            raise UnreadableFileError(str(self.path), fault) from error
        except OSError as error:
            fault = f"cannot be read ({error.strerror or error}). Check that it is there and may be read."
            raise UnreadableFileError(str(self.path), fault) from error


class _Bounded(io.RawIOBase):
    """An unpacked stream that breaks off where it gives more than it may."""

    def __init__(self, source: IO[bytes], content: Content) -> None:
        """Read from an opened stream."""
        self._source, self._content, self._bytes = source, content, 0

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Read the next bytes.

        Raises:
            UnreadableFileError: they are more than the content may have.
        """
        part = self._source.read(len(buffer))
        self._bytes += len(part)
        if self._bytes > self._content.most_bytes:
            fault = f"unpacks to more than {LARGEST_RATIO} times its size, as no readings do. Unpack it to land it."
            raise UnreadableFileError(str(self._content.path), fault)
        buffer[: len(part)] = part
        return len(part)
