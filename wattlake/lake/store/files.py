"""Files of the lake, in a folder or on Azure Blob, through one interface (fsspec)."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import fsspec

from wattlake.lake.settings import Settings
from wattlake.lake.store.blob_errors import blob_errors
from wattlake.lake.store.file_modes import file_mode

AZURE_REMEDY = "Set WATTLAKE_AZURE_CONNECTION_STRING to the connection string of the storage account."
NO_CONTAINER = "WATTLAKE_DATA names a container that does not exist. `wattlake init` makes it; or correct the name."
BLOCK_BYTES = 8 * 1024**2
COMMITTED_BY_ANOTHER = "InvalidBlockList"
UNFINISHED = ".part"
"""The ending of files being written to a folder; what a killed process leaves is no file."""
UPLOAD_FAILED = "Failed to upload block"


class Storage:
    """The files below one root.

    Attributes:
        root: the lake's folder or ``az://container/prefix``, without a slash at its end.
    """

    def __init__(self, settings: Settings) -> None:
        """Open the storage that the settings name; a folder is made on the first write."""
        self.root = settings.data
        self._is_blob = settings.is_remote
        self._mode = file_mode(settings)
        options: dict[str, Any] = {}
        if settings.is_remote:
            if settings.azure_connection_string is None:
                raise ValueError(f"The lake is at {settings.data}, but no credentials are given. {AZURE_REMEDY}")
            options["connection_string"] = settings.azure_connection_string.get_secret_value()
        # Not the instance that fsspec shares: a transaction belongs to it, and threads land at the same time.
        self.files, self._base = fsspec.url_to_fs(self.root, skip_instance_cache=True, **options)

    def write(self, name: str, content: bytes) -> None:
        """Write a file whole; on Blob in one request, so that several may write it at one moment."""
        if self._is_blob:
            with _told_as_of_a_file(name):
                self.files.pipe_file(f"{self._base}/{name}", content)
        else:
            with self.writing(name) as file:
                file.write(content)

    @contextmanager
    def writing(self, name: str) -> Iterator[IO[bytes]]:
        """Open a file to write under a name that stands for its content; it appears once whole."""
        target = f"{self._base}/{name}"
        if self._is_blob:
            with _told_as_of_a_file(name), self._writing_blocks(target) as file:
                yield file
            return
        with _writing_beside(Path(target), self._mode) as file:
            yield file

    @contextmanager
    def reading(self, name: str) -> Iterator[IO[bytes]]:
        """Open a file to read piece by piece."""
        with _told_as_of_a_file(name), self.files.open(f"{self._base}/{name}", "rb", block_size=BLOCK_BYTES) as file:
            yield file

    @contextmanager
    def _writing_blocks(self, target: str) -> Iterator[IO[bytes]]:
        """Open a blob to write, which exists once the list of its blocks is committed.

        Each writer's blocks have names of their own, so two never mix. Where another commits the same blob first, the
        blocks of this writer are gone, and its list is refused: then the content is there already, whole.
        """
        file = self.files.open(target, "wb", block_size=BLOCK_BYTES)
        try:
            yield file
            file.close()
        except blob_errors() as error:
            if COMMITTED_BY_ANOTHER not in str(error):
                raise
        finally:
            file.closed = True  # Otherwise, what was broken off is committed in part once Python frees the file.

    def read(self, name: str, start: int | None = None, end: int | None = None) -> bytes:
        """Read the content of a file, or the bytes from a start to an end."""
        with _told_as_of_a_file(name):
            content: bytes = self.files.cat_file(f"{self._base}/{name}", start, end)
        return content

    def remove(self, name: str) -> None:
        """Remove a file; one that is gone already counts as removed."""
        with _told_as_of_a_file(name), suppress(FileNotFoundError):
            self.files.rm_file(f"{self._base}/{name}")

    def names(self, below: str = "") -> list[str]:
        """List the names of all files below the root or a folder in it, sorted."""
        return sorted(self.sizes(below))

    def sizes(self, below: str = "") -> dict[str, int]:
        """Map the names of all files below the root or a folder in it to their sizes in bytes."""
        self.files.invalidate_cache()
        there = self.files.find(f"{self._base}/{below}".rstrip("/"), detail=True)
        return {
            name.removeprefix(f"{self._base}/"): int(entry["size"])
            for name, entry in there.items()
            if not name.endswith(UNFINISHED)
        }

    def make_container(self) -> bool:
        """Make the container on Azure Blob; ``False`` where there is one already."""
        container = self._base.partition("/")[0]
        with _told_as_of_a_file(container):
            if self.files.exists(container):
                return False
            self.files.mkdir(container)
        return True


@contextmanager
def _writing_beside(target: Path, mode: int) -> Iterator[IO[bytes]]:
    """Open a file beside its place, on the same disk, and move it there once whole and stored."""
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{uuid.uuid4().hex}{UNFINISHED}")
    try:
        with beside.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(mode)
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def _told_as_of_a_file(name: str) -> Iterator[None]:
    """Raise Azure's errors about a file as ``OSError``, as a disk would."""
    try:
        yield
    except blob_errors() as error:
        if isinstance(error, RuntimeError) and UPLOAD_FAILED not in str(error):
            raise
        if "ContainerNotFound" in str(error):
            raise OSError(NO_CONTAINER) from error
        reason = str(error).partition("\n")[0]
        raise OSError(
            f"Azure Blob does not write or read {name}: wait, or check WATTLAKE_AZURE_CONNECTION_STRING. "
            f"What was committed stays; run it again then. ({reason})"
        ) from error
