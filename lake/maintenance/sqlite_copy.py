"""Copy a SQLite database as it is at one instant: ``python sqlite_copy.py FROM TO``, a process of its own.

A process must not open a database by two copies of SQLite, and DuckDB brings one beside Python's: the first that closes
its file lets go of the locks of both (https://www.sqlite.org/howtocorrupt.html, 2.2), and a writer loses its turn.
"""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path


def copy_database(source: Path, target: Path) -> None:
    """Write what a database holds to a file that is not there yet, while others write to it.

    Raises:
        sqlite3.OperationalError: it could not be read.
    """
    command = [sys.executable, __file__, str(source), str(target)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise sqlite3.OperationalError(f"{source} could not be copied: {done.stderr.strip().splitlines()[-1]}")


def _copy(source: Path, target: Path) -> None:
    with (
        closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)) as database,
        closing(sqlite3.connect(target)) as copy,
    ):
        database.backup(copy)


if __name__ == "__main__":
    _copy(*map(Path, sys.argv[1:]))
