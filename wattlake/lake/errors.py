"""Errors as sentences, for people: what is wrong, where, and what to do about it."""

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from wattlake.lake.foreign_text import printable

TO_DO = {
    errno.EACCES: "Ask for the right to use it, or name another place.",
    errno.EPERM: "Ask for the right to use it, or name another place.",
    errno.EROFS: "Name a place that can be written to.",
    errno.ENOENT: "Check the path.",
    errno.ENOSPC: "Make room there, or name another disk.",
    errno.EISDIR: "Name a file in it.",
    errno.ENOTDIR: "A file stands where a folder is needed: move it away, or name another place.",
    errno.EEXIST: "A file stands where a folder is needed: move it away, or name another place.",
}

REMEDIES = {
    "disk is full|No space left|disk I/O error": "The disk is full or does not answer: make room there.",
    "Read-only file system|readonly database|unable to open database file|Permission denied": (
        "The lake cannot be written to: ask for the right to do it, or name another place."
    ),
    "to Postgres|connection to (the )?server|server closed the connection|terminating connection": (
        "The catalog's database does not answer: start it, or check WATTLAKE_CATALOG."
    ),
    "ServerBusy|Service Unavailable|AzureBlobStorageFileSystem|AzureStorageFileSystem": (
        "Azure Blob does not answer as it should: wait, or check WATTLAKE_AZURE_CONNECTION_STRING."
    ),
}
"""Remedies by the words of DuckDB's error when something outside of it fails."""

DAMAGED = (
    "disk image is malformed|file is not a database|No magic bytes|too small to be a Parquet file|TProtocolException|"
    "Cannot open file .*ducklake-.*No such file|ducklake-.*BlobNotFound"
)
"""The words of DuckDB's errors about a damaged catalog or table's file."""


COMMIT_FAILED = "Failed to commit"
"""The words by which DuckDB says that a transaction lost against another's.

Its exception for all other failures is of the same type.
"""


class ConflictError(duckdb.TransactionException):
    """A transaction was not committed because another was.

    It may succeed when it is run anew.
    """


class UnreadableFileError(ValueError):
    """A file cannot be read as what its name says; no line of it is landed."""

    def __init__(self, path: str, reason: str) -> None:
        """Say which file it is, and why; whoever reads many goes on without it."""
        lines = [printable(line) for line in reason.split("\n")]
        super().__init__("\n".join([f"{printable(path)} {lines[0]}", *lines[1:]]))
        self.path = path


@contextmanager
def typed_conflicts() -> Iterator[None]:
    """Raise DuckDB's error of a lost commit as a ``ConflictError``.

    All other errors pass as they are.

    Raises:
        ConflictError: a commit failed because of another transaction.
    """
    try:
        yield
    except duckdb.TransactionException as error:
        if COMMIT_FAILED in str(error):
            raise ConflictError(str(error)) from error
        raise


def told(error: BaseException) -> str:
    """Write an error for people, with what to do about it.

    It is ``Permission denied: /x/y.csv. Ask for ...`` instead of ``[Errno 13] ...``.
    """
    if isinstance(error, duckdb.Error):
        return _told_of_duckdb(str(error))
    if not (isinstance(error, OSError) and error.strerror):
        return str(error)
    path = f": {error.filename}" if error.filename is not None else ""
    return f"{error.strerror}{path}. {TO_DO.get(error.errno or 0, '')}".rstrip()


def _told_of_duckdb(message: str) -> str:
    """Write the first paragraph of DuckDB's error on one line.

    Where something outside failed, what to do about it comes first.
    """
    paragraph = " ".join(message.split("\n\n")[0].split())
    if re.search(DAMAGED, message):
        return f"The lake is damaged: `wattlake verify --deep` names what is, and what to do. ({paragraph})"
    remedy = next((remedy for sign, remedy in REMEDIES.items() if re.search(sign, message)), None)
    return f"{remedy} What was committed stays; run it again then. ({paragraph})" if remedy else paragraph
