"""Copying files from one storage to another: each whole or not there, and hashed."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import local
from typing import IO

from wattlake.lake.store.files import Storage

PIECE_BYTES = 4 * 1024**2
AT_ONCE = 4


class DamagedFileError(ValueError):
    """A file is not what it should be."""


@dataclass(frozen=True)
class Stored:
    """A file as it was read: its size in bytes and the SHA-256 of these bytes, in hexadecimal."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Copy:
    """A file to copy.

    It says where the file is, where it goes, and its size in bytes and SHA-256, as far as they are known.
    """

    source: str
    target: str
    size: int | None = None
    sha256: str | None = None


def copy_files(
    new_source: Callable[[], Storage], new_target: Callable[[], Storage], copies: Iterable[Copy]
) -> Iterator[tuple[Copy, Stored | Exception]]:
    """Copy files, several at once; each thread opens storages of its own.

    Yields:
        Each in their order, and what it is; or the error, where it is not there (``FileNotFoundError``), cannot be
        read or written (``OSError``) or is not what it must be (``DamagedFileError``): then nothing is written.
    """
    own = local()

    def copy(wanted: Copy) -> tuple[Copy, Stored | Exception]:
        if not hasattr(own, "storages"):
            own.storages = new_source(), new_target()
        source, target = own.storages
        try:
            return wanted, copy_file(source, target, wanted)
        except (OSError, DamagedFileError) as error:
            return wanted, error

    with ThreadPoolExecutor(AT_ONCE) as threads:
        try:
            yield from threads.map(copy, copies)
        finally:
            threads.shutdown(cancel_futures=True)


def copy_file(source: Storage, target: Storage, wanted: Copy) -> Stored:
    """Copy one file and give its size and hash.

    Raises:
        DamagedFileError: it is not what it must be; nothing of it was written.
    """
    with source.reading(wanted.source) as file, target.writing(wanted.target) as copy:
        stored = _read_through(file, copy.write)
        expect(wanted, stored, source.root)
    return stored


def hashed(storage: Storage, name: str) -> Stored:
    """Read a file and give its size and hash."""
    with storage.reading(name) as file:
        return _read_through(file, len)


def expect(wanted: Copy, stored: Stored, root: str) -> None:
    """Refuse a file whose size or hash is not the expected one.

    Raises:
        DamagedFileError: says what it is and what it should be.
    """
    if wanted.size not in (None, stored.size):
        raise DamagedFileError(f"{root}/{wanted.source} has {stored.size:,} bytes, expected {wanted.size:,}.")
    if wanted.sha256 not in (None, stored.sha256):
        raise DamagedFileError(
            f"{root}/{wanted.source} is damaged: its SHA-256 is {stored.sha256}, expected {wanted.sha256}."
        )


def _read_through(file: IO[bytes], take: Callable[[bytes], object]) -> Stored:
    size, sha256 = 0, hashlib.sha256()
    while piece := file.read(PIECE_BYTES):
        take(piece)
        sha256.update(piece)
        size += len(piece)
    return Stored(size, sha256.hexdigest())
