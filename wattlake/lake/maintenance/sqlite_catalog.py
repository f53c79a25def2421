"""Copies and checks of a SQLite catalog's pages, each in a process of its own.

A copy is of one instant. A process must not open a database by two copies of SQLite, and DuckDB brings one beside
Python's: the first that closes its file lets go of the locks of both (https://www.sqlite.org/howtocorrupt.html, 2.2),
and a writer loses its turn.
"""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
LOCKED_SECONDS = 600
"""The seconds to wait for a process that has the catalog locked for itself."""


def copy_database(source: Path, target: Path) -> None:
    """Copy a database to a new file, while others write to it.

    Raises:
        OSError: it could not be read or written.
    """
    _run("copy", source, target)


def damage(database: Path) -> str | None:
    """Say what SQLite finds wrong with the pages of a database; ``None`` where they are whole.

    Raises:
        OSError: it could not be read.
    """
    fault = _run("check", database)
    return None if fault == "ok" else fault


def _run(*command: str | Path) -> str:
    done = subprocess.run(
        [sys.executable, "-I", __file__, *map(str, command)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise OSError(f"The catalog {command[1]} cannot be read or copied. ({reason})")
    return done.stdout.strip()


def _copy(source: str, target: str) -> None:
    with closing(_opened(source)) as database, closing(sqlite3.connect(target)) as copy:
        database.backup(copy)


def _check(source: str) -> None:
    try:
        with closing(_opened(source)) as database:
            ((fault, *_), *_) = database.execute("pragma integrity_check(1)").fetchall()
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF not in DAMAGED:
            raise
        fault = str(error)
    sys.stdout.write(fault)


def _opened(source: str) -> sqlite3.Connection:
    return sqlite3.connect(f"{Path(source).absolute().as_uri()}?mode=ro", uri=True, timeout=LOCKED_SECONDS)


if __name__ == "__main__":
    if sys.argv[1] == "copy":
        _copy(*sys.argv[2:])
    else:
        _check(*sys.argv[2:])
