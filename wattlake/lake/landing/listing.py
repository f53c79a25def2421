"""List what an inbox holds, wherever it is, in pages: few of its files are held at a time."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import fsspec
from fsspec.implementations.local import LocalFileSystem

from wattlake.lake.settings import Settings

AZURE = ("az://", "abfs://", "abfss://")
OBJECTS = (*AZURE, "s3://", "gs://", "gcs://")
PAGE_FILES = 5_000
"""As many as Azure gives in one answer."""
CHANGED = ("ETag", "etag", "md5", "LastModified", "last_modified", "mtime", "modified", "created")
"""The names under which file systems say by what a changed file is known; the first that one has counts."""


class Listed(NamedTuple):
    """A file of an inbox.

    Attributes:
        name: its path below the inbox.
        size: in bytes.
        changed: its time of change or its etag; equal as long as it is the same.
    """

    name: str
    size: int
    changed: str


class Place:
    """The files below an address, or below a folder of this machine.

    Attributes:
        address: without a slash at its end.
        is_atomic: whether a file is there only once it is whole, as a blob is.
    """

    def __init__(self, settings: Settings, address: str) -> None:
        """Open a place; Azure Blob by the lake's own connection string."""
        self.address = address
        self.is_atomic = address.startswith(OBJECTS)
        self._is_blob = address.startswith(AZURE)
        self._connection_string = settings.azure_connection_string
        options: dict[str, Any] = {}
        if self._is_blob:
            if self._connection_string is None:
                raise ValueError(
                    f"The inbox is at {address}, but no credentials are given. Set WATTLAKE_AZURE_CONNECTION_STRING to "
                    "the connection string of the storage account."
                )
            options["connection_string"] = self._connection_string.get_secret_value()
        self.files, base = fsspec.url_to_fs(address, skip_instance_cache=True, use_listings_cache=False, **options)
        self._base, self._only = base.rstrip("/"), ""
        if not self._is_blob and self.files.isfile(self._base):
            self._base, _, self._only = self._base.rpartition("/")

    def pages(self) -> Iterator[list[Listed]]:
        """List the files, page by page; hidden ones and those in hidden folders are left out.

        Raises:
            FileNotFoundError: there is no such place.
        """
        page: list[Listed] = []
        for listed in self._blobs() if self._is_blob else self._entries():
            # That leaves `..` out, too: a blob may be called so, and a file must not.
            if not any(part.startswith(".") for part in listed.name.split("/")) and not listed.name.endswith("/"):
                page.append(listed)
            if len(page) == PAGE_FILES:
                yield page
                page = []
        yield page

    def fetch(self, name: str, target: Path) -> None:
        """Copy a file to this machine.

        Raises:
            OSError: it is gone, or cannot be read.
        """
        target.parent.mkdir(parents=True, exist_ok=True)
        self.files.get_file(f"{self._base}/{name}", str(target))

    def _blobs(self) -> Iterator[Listed]:
        from azure.core.exceptions import ResourceNotFoundError
        from azure.storage.blob import ContainerClient

        assert self._connection_string is not None
        container, _, prefix = self._base.partition("/")
        below = f"{prefix}/" if prefix else ""
        opened = ContainerClient.from_connection_string(self._connection_string.get_secret_value(), container)
        with opened as client:
            try:
                for blob in client.list_blobs(name_starts_with=below or None, results_per_page=PAGE_FILES):
                    yield Listed(blob.name.removeprefix(below), blob.size, blob.etag)
            except ResourceNotFoundError as error:
                raise FileNotFoundError(f"There is no container {container} ({self.address}).") from error

    def _entries(self) -> Iterator[Listed]:
        if self._only:
            entry = self.files.info(f"{self._base}/{self._only}")
            yield Listed(self._only, int(entry["size"]), _changed(entry))
            return
        if not self.files.isdir(self._base):
            raise FileNotFoundError(f"There is no folder at {self.address}. Make it, or correct the inbox's setting.")
        if isinstance(self.files, LocalFileSystem):
            yield from _scanned(self._base, "")
            return
        for folder, folders, files in self.files.walk(self._base, detail=True):
            for name in [name for name in folders if name.startswith(".")]:
                del folders[name]
            below = folder.removeprefix(self._base).strip("/")
            for name, entry in files.items():
                yield Listed(f"{below}/{name}" if below else name, int(entry.get("size") or 0), _changed(entry))


def _scanned(folder: str, below: str) -> Iterator[Listed]:
    """List the files of a local folder one by one, as it holds them: it may have a million."""
    with suppress(FileNotFoundError), os.scandir(folder) as entries:  # A folder may go while others are listed.
        for entry in entries:
            name = f"{below}{entry.name}"
            if not entry.is_dir(follow_symlinks=False):
                leads_nowhere = entry.is_symlink() and not Path(entry.path).exists()
                with suppress(FileNotFoundError):
                    size = 0 if leads_nowhere else entry.stat().st_size
                    yield Listed(name, size, str(entry.stat(follow_symlinks=False).st_mtime))
            elif not entry.name.startswith("."):
                yield from _scanned(entry.path, f"{name}/")


def _changed(entry: dict[str, Any]) -> str:
    return next((str(entry[key]) for key in CHANGED if entry.get(key) is not None), "")
