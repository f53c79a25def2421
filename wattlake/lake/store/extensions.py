"""DuckDB's extensions from their wheels; the signature of each file is checked once.

DuckDB hashes a file of 35 MB to check who signed it, each time that it is loaded: 0.4 s of processor time for the two
of a lake, in every command and every test. A file that passed is remembered by its place, size and times, in the memory
of the process and in a folder of the user's cache, and loaded without that check from then on; one that has changed
is checked again. Once they are loaded, no connection takes an unsigned extension.
"""

import hashlib
import importlib.util
import os
from contextlib import suppress
from pathlib import Path

import duckdb

NO_FOLDER = (OSError, RuntimeError)
"""The user has no home, or may not write there."""

_passed: set[str] = set()


def connect_with(*names: str) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB connection with extensions loaded, nothing attached."""
    files = [extension_file(name) for name in names]
    passed = all(file is not None and _has_passed(file) for file in files)
    connection = duckdb.connect(config={"allow_unsigned_extensions": "true"} if passed else {})
    try:
        for name, file in zip(names, files, strict=True):
            load_extension(connection, name)
            if file is not None and not passed:
                _remember(file)
        connection.execute("set allow_unsigned_extensions = false")
    except BaseException:
        connection.close()
        raise
    return connection


def load_extension(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """Load a DuckDB extension from its wheel, or from DuckDB's site where there is no wheel."""
    file = extension_file(name)
    if file is None:
        connection.install_extension(name)
    connection.load_extension(str(file or name))


def extension_file(name: str) -> Path | None:
    """Give the file of a DuckDB extension in its wheel; ``None`` where that is not installed."""
    package = importlib.util.find_spec(f"duckdb_extension_{name}")
    wheel = Path(package.origin).parent if package and package.origin else Path()
    binaries = sorted(wheel.glob(f"extensions/v{duckdb.__version__}/*.duckdb_extension"))
    return binaries[0] if binaries else None


def _has_passed(file: Path) -> bool:
    mark = _mark(file)
    with suppress(*NO_FOLDER):
        if mark not in _passed and (_folder() / mark).is_file():
            _passed.add(mark)
    return mark in _passed


def _remember(file: Path) -> None:
    """Note that DuckDB has found a file well signed.

    Where no folder can be written to, the note is for this process alone.
    """
    mark = _mark(file)
    _passed.add(mark)
    with suppress(*NO_FOLDER):
        _folder().mkdir(mode=0o700, parents=True, exist_ok=True)
        (_folder() / mark).touch(mode=0o600)


def _mark(file: Path) -> str:
    """Hash all by which a file that has changed is known, but for what it holds."""
    state = file.stat()
    known_by = (
        duckdb.__version__,
        str(file.resolve()),
        state.st_size,
        state.st_mtime_ns,
        state.st_ctime_ns,
        state.st_ino,
    )
    return hashlib.sha256(repr(known_by).encode()).hexdigest()


def _folder() -> Path:
    cache = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(cache) if Path(cache).is_absolute() else Path.home() / ".cache") / "wattlake" / "signed"
