"""Errors as sentences, for people: what is wrong, where, and what to do about it."""

import errno

import duckdb

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


def told(error: BaseException) -> str:
    """What an error says in one line: ``Permission denied: /x/y.csv. Ask for ...`` instead of ``[Errno 13] ...``."""
    if isinstance(error, duckdb.Error):
        return str(error).split("\n\n")[0].replace("\n", " ")
    if not (isinstance(error, OSError) and error.strerror):
        return str(error)
    place = f": {error.filename}" if error.filename is not None else ""
    return f"{error.strerror}{place}. {TO_DO.get(error.errno or 0, '')}".rstrip()
