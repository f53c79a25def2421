"""Find and load what a user's project folder holds beside the settings: models, functions, checks, sources, pages.

The project folder is ``WATTLAKE_PROJECT``, by default the current folder. All of its Python code is loaded by
``load``: each file once, when something of it is first asked for, as a module of the package ``wattlake_project`` that
has the file's place in its name. Files of ``functions/`` import one another as ``functions.<name>``.
"""

import importlib.util
import os
import re
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

PROJECT = Path(os.environ.get("WATTLAKE_PROJECT") or Path.cwd()).resolve()
"""The project folder: relative paths start there, and ``.env`` is read from it."""

PACKAGE_NAME = "wattlake_project"
"""The package whose modules are the project's files."""

LAYERS = ("bronze", "silver", "gold", "warehouse")
"""The folders of ``models/``; ``bronze`` describes what the project's own sources bring."""

FILE_SYSTEMS = (*("az", "abfs", "abfss", "adl", "file", "ftp", "gcs", "gs", "hdfs", "memory", "s3", "sftp", "smb"),)
"""The schemes of places of files that fsspec knows; some need a package of their own."""

SOURCES = "sources"
"""The folder of the project's own sources."""


FAILURES = (Exception, SystemExit)
"""What the project's own code may raise; it is told as its own, and ends no process of ours."""


class ProjectFileError(ValueError):
    """A file of the project folder is not what it should be: a sentence for each mistake, with file and place."""


def files(room: str, *endings: str) -> Iterator[Path]:
    """List the files of a folder of the project that have one of some endings, in the order of their names."""
    folder = PROJECT / room
    if folder.is_dir():
        paths = (path for path in folder.iterdir() if path.suffix in endings and path.is_file())
        yield from sorted(path for path in paths if not path.name.startswith(("_", ".")))


def load(path: Path) -> ModuleType:
    """Load a Python file of the project, once; what it raises is the caller's to tell."""
    parts = path.relative_to(PROJECT).with_suffix("").parts
    name = ".".join(parts) if parts[0] == "functions" else ".".join((PACKAGE_NAME, *parts))
    if name in sys.modules and getattr(sys.modules[name], "__file__", None) == str(path):
        return sys.modules[name]
    _let_functions_be_imported()
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ProjectFileError(f"{shown(path)} is no Python file. Give it a name that ends in .py.")
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def read(path: Path) -> str:
    """Read a text file of the project, of any editor and system.

    A byte order mark is left out, and each line ends in a line feed.

    Raises:
        ProjectFileError: it cannot be read, or is not in UTF-8; with the line.
    """
    try:
        content = path.read_bytes()
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except OSError as error:
        raise ProjectFileError(
            f"{shown(path)}:1: it cannot be read ({error.strerror}). Check that it may be."
        ) from error
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ProjectFileError(
            f"{shown(path)}:{line}: it has a byte that is no UTF-8 ({content[error.start]:#04x}). Save it in UTF-8."
        ) from error


def shown(path: Path) -> str:
    """Write a path as people know it: from the project folder on."""
    return str(path.relative_to(PROJECT)) if path.is_relative_to(PROJECT) else str(path)


def read_select(path: Path) -> str:
    """Read a file of one SELECT, without a semicolon behind it.

    Its last line ends, for it may be a comment.

    Raises:
        ProjectFileError: it is no text.
    """
    return read(path).rstrip().removesuffix(";") + "\n"


def place_of(error: BaseException, path: Path) -> str:
    """Give the file and line of the project at which an error arose."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{shown(Path(error.filename))}:{error.lineno}"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_own(Path(frame.filename))]
    return f"{shown(Path(frames[-1].filename))}:{frames[-1].lineno}" if frames else shown(path)


def source_read(silver: str) -> str:
    """Give the source whose bronze table the model of a silver table reads; empty where it reads none."""
    path = PROJECT / "models" / f"{silver.replace('.', '/')}.sql"
    table = re.search(r"\bbronze\.(\w+)", read(path)) if path.is_file() else None
    return table[1] if table else ""


def _let_functions_be_imported() -> None:
    """Make the project's ``functions/`` importable under that name, from any of its files."""
    package = ModuleType("functions")
    package.__path__ = [str(PROJECT / "functions")]
    if getattr(sys.modules.get("functions"), "__path__", None) != package.__path__:
        sys.modules["functions"] = package


def in_project(path: Path) -> Path:
    """Take a path from the project's folder on.

    Raises:
        ValueError: this is a worker's run, and nobody told it which folder that is.
    """
    if not path.is_absolute() and "PREFECT__FLOW_RUN_ID" in os.environ and not os.environ.get("WATTLAKE_PROJECT"):
        # A worker starts each run in an empty folder of its own, which it removes afterwards.
        raise ValueError(
            f"`{path}` is not absolute, and a run of a deployment knows no project folder. Start the worker with "
            "WATTLAKE_PROJECT set to that folder"
        )
    return PROJECT / path


def _is_own(path: Path) -> bool:
    return path.is_relative_to(PROJECT) and ".venv" not in path.parts
