"""The files of a sink in a folder or at any address, and errors of storage as sentences."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import fsspec
from azure.core.exceptions import AzureError

from wattlake.lake import project
from wattlake.lake.addresses import Address, ConnectionString
from wattlake.lake.errors import told
from wattlake.lake.sinks.description import Sink
from wattlake.lake.sinks.errors import SinkError

UNFINISHED = ".part"
CONNECTION_STRING = "connection_string"
ABFS = ("az", "abfs", "abfss")


class SinkStorage:
    """The files below a sink's address.

    Attributes:
        root: the address, or the folder's path.
    """

    def __init__(self, sink: Sink) -> None:
        """Open what the sink's address names; its options go to fsspec as they are."""
        self.root = root_of(sink.address)
        self._is_local = not sink.address.scheme
        options: dict[str, Any] = {name: value.get_secret_value() for name, value in sink.options.items()}
        self.files, self._base = fsspec.url_to_fs(self.root, skip_instance_cache=True, **options)

    def path(self, name: str) -> str:
        """Give the whole path of a file, as its filesystem knows it."""
        return f"{self._base.rstrip('/')}/{name}"

    def read(self, name: str) -> bytes | None:
        """Read a file; ``None`` where there is none."""
        try:
            content: bytes = self.files.cat_file(self.path(name))
        except FileNotFoundError:
            return None
        return content

    def replace(self, name: str, content: bytes) -> None:
        """Write a small file whole, in place of an older one: readers see the one or the other."""
        if not self._is_local:
            self.files.pipe_file(self.path(name), content)
            return
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_name(target.name + UNFINISHED)
        unfinished.write_bytes(content)
        unfinished.rename(target)

    def put(self, file: Path, name: str) -> None:
        """Copy a file of this machine under a name that nobody has used."""
        if self._is_local:
            Path(self.path(name)).parent.mkdir(parents=True, exist_ok=True)
        self.files.put_file(str(file), self.path(name))

    def remove(self, name: str) -> None:
        """Remove a file; one that is gone already counts as removed."""
        if self.files.exists(self.path(name)):
            self.files.rm_file(self.path(name))


def root_of(address: Address) -> str:
    """Give the address as libraries take it; a path starts at the project folder."""
    if not address.scheme:
        return str(project.PROJECT / Path(address.path).expanduser())
    return address.get_secret_value().rstrip("/")


def delta_options(sink: Sink) -> dict[str, str]:
    """Give the options that open a sink's address, by the names that delta-rs has for them."""
    given = {name: value.get_secret_value() for name, value in sink.options.items()}
    if CONNECTION_STRING not in given:
        return given
    pairs = (part.partition("=") for part in given.pop(CONNECTION_STRING).split(";") if part)
    values = {name.strip().lower(): value for name, _, value in pairs}
    named = {"accountname": "account_name", "accountkey": "account_key", "sharedaccesssignature": "sas_token"}
    options = {theirs: values[ours] for ours, theirs in named.items() if ours in values}
    if endpoint := values.get("blobendpoint"):
        options |= {"endpoint": endpoint.rstrip("/"), "allow_http": str(endpoint.startswith("http:")).lower()}
    return given | options


@contextmanager
def storage_told(sink: Sink) -> Iterator[None]:
    """Tell what fails in a sink's storage as a sentence without credentials.

    Raises:
        SinkError: something failed there.
    """
    try:
        yield
    except (OSError, AzureError) as error:
        written = sink.address.masked(" ".join(told(error).split()))
        for value in sink.options.values():
            for secret in _secrets(value.get_secret_value()):
                written = written.replace(secret, "…")
        raise SinkError(
            f"The sink {sink.name} at {sink.address} was not loaded. What readers find by its manifest is "
            f"whole. ({written})"
        ) from None


def _secrets(value: str) -> list[str]:
    """List the texts of an option that no error may repeat."""
    try:
        ConnectionString(value)
    except ValueError:
        return [value]
    return [part.partition("=")[2] for part in value.split(";") if "key" in part.lower() or "signature" in part.lower()]
