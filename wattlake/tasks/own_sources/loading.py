"""Make a source of a user's file: run its module, or have its kind read its TOML."""

import importlib
import pkgutil
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Any

from wattlake.lake.project import load as load_module
from wattlake.lake.project import shown
from wattlake.tasks.own_sources import OwnSourceError, kinds
from wattlake.tasks.sources.base import AnySource, declared

FAILS = (
    *(ArithmeticError, AssertionError, AttributeError, ImportError, LookupError, NameError, OSError),
    *(RuntimeError, SyntaxError, SystemExit, TypeError, ValueError),
)
"""What a module may fail with while it is loaded."""


def load(name: str, file: Path) -> AnySource:
    """Load the source of a file; what TOML describes is read anew where the file has changed.

    Raises:
        OwnSourceError: the file cannot be used; with a sentence for each mistake.
    """
    try:
        return _loaded(name, file, file.stat().st_mtime_ns)
    except OSError as error:
        raise OwnSourceError(f"{shown(file)} cannot be read ({error.strerror}). Check that it may be.") from error


def kind_names() -> list[str]:
    """List the kinds of sources that TOML may describe."""
    return sorted(module.name for module in pkgutil.iter_modules(kinds.__path__) if not module.name.startswith("_"))


@lru_cache
def _loaded(name: str, file: Path, _changed_ns: int) -> AnySource:
    return _of_module(name, file) if file.suffix == ".py" else _of_toml(name, file)


def _of_module(name: str, file: Path) -> AnySource:
    try:
        module = load_module(file)
    except FAILS as error:
        line, fault = _line(error, file), _said(error)
        raise OwnSourceError(f"{shown(file)}{line} fails when it is loaded: {fault}. Mend it.") from error
    try:
        return declared(module, name, shown(file))
    except TypeError as error:
        raise OwnSourceError(str(error)) from None


def _of_toml(name: str, file: Path) -> AnySource:
    try:
        written: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OwnSourceError(f"{shown(file)} is not TOML: {error}.") from error
    kind = written.pop("kind", None)
    if kind not in kind_names():
        fault = "is missing" if kind is None else f"is {kind!r}"
        expected = " or ".join(f'"{each}"' for each in kind_names())
        raise OwnSourceError(f"{shown(file)}: `kind` {fault}; expected is {expected}.")
    described: AnySource = importlib.import_module(f"{kinds.__name__}.{kind}").describe(name, written, file)
    return described


def _said(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return error.msg
    return f"{type(error).__name__}: {error}".rstrip(" .:")


def _line(error: BaseException, file: Path) -> str:
    """Name the line of a file at which an error came up; nothing where it came up elsewhere."""
    if isinstance(error, SyntaxError):
        return f", line {error.lineno}," if error.filename == str(file) else ""
    line, step = 0, error.__traceback__
    while step:
        if step.tb_frame.f_code.co_filename == str(file):
            line = step.tb_lineno
        step = step.tb_next
    return f", line {line}," if line else ""
