"""Files of the lake, in a folder or on Azure Blob, through one interface (fsspec)."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import fsspec

from lake.settings import Settings

AZURE_REMEDY = "Set WATTLAKE_AZURE_CONNECTION_STRING to the connection string of the storage account."


class Storage:
    """The files below one root.

    Attributes:
        root: the lake's folder or ``az://container/prefix``, without a slash at its end.
    """

    def __init__(self, settings: Settings) -> None:
        """Open the storage that the settings name; a folder is made on the first write."""
        self.root = settings.data
        options: dict[str, Any] = {}
        if settings.is_remote:
            if settings.azure_connection_string is None:
                raise ValueError(f"The lake is at {settings.data}, but no credentials are given. {AZURE_REMEDY}")
            options["connection_string"] = settings.azure_connection_string.get_secret_value()
        # Not the instance that fsspec shares: a transaction belongs to it, and threads land at the same time.
        self.files, self._base = fsspec.url_to_fs(self.root, skip_instance_cache=True, **options)

    def write(self, name: str, content: bytes) -> None:
        """Write a file whole. On Blob in one request, so that several may write the same file at the same moment."""
        if self.root.startswith("az://"):
            self.files.pipe_file(f"{self._base}/{name}", content)
        else:
            with self.writing(name) as file:
                file.write(content)

    @contextmanager
    def writing(self, name: str) -> Iterator[IO[bytes]]:
        """A file to write. Broken off, it may stay behind on Blob in part: ``ops.landing`` names what counts."""
        target = f"{self._base}/{name}"
        self.files.makedirs(target.rpartition("/")[0], exist_ok=True)
        with self.files.transaction, self.files.open(target, "wb") as file:
            yield file

    def read(self, name: str) -> bytes:
        """The content of a file."""
        content: bytes = self.files.cat_file(f"{self._base}/{name}")
        return content

    def names(self) -> list[str]:
        """The names of all files below the root, sorted."""
        return sorted(name.removeprefix(f"{self._base}/") for name in self.files.find(self._base))
