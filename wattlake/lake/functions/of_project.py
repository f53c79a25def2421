"""Load the functions of the project, and read the code that they are made of."""

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from wattlake.lake import project
from wattlake.lake.functions.declared import MARK, READS
from wattlake.lake.functions.signature import Signature, read_signature
from wattlake.lake.project import FAILURES, ProjectFileError, files, load, place_of, read, shown

CALL = re.compile(r"\b(\w+)\s*\(")
OR_NULL, WHY = "__or_null", "__why"
"""What stands behind a function's name for the one that gives null where it fails, and the one that gives the error."""


class Function(NamedTuple):
    """A function of the project.

    Attributes:
        name: as models call it.
        call: the function itself.
        signature: what it takes and gives.
        path: the file that it stands in.
        line: the line at which it begins.
        code: the text of that file, of the files of functions that it imports, and the hashes of those that it says it
            reads, as they were loaded.
    """

    name: str
    call: Callable[..., Any]
    signature: Signature
    path: Path
    line: int
    code: str

    @property
    def is_frame(self) -> bool:
        """Say whether it takes a frame and gives one."""
        return self.signature.result is None


@cache
def functions() -> dict[str, Function]:
    """Load every function of the project, by name.

    Raises:
        ProjectFileError: a file cannot be loaded, or a function has no types or the name of another.
    """
    by_name: dict[str, Function] = {}
    for path in files("functions", ".py"):
        for each in functions_of(path):
            if each.name in by_name:
                first = by_name[each.name]
                raise ProjectFileError(
                    f"{shown(path)}:{each.line}: there is a function `{each.name}` in {shown(first.path)}, too. "
                    "Give one of them another name."
                )
            by_name[each.name] = each
    return by_name


def functions_of(path: Path) -> Iterator[Function]:
    """Load the functions of one file.

    Raises:
        ProjectFileError: it cannot be loaded, a function has no types, or a file that one reads is not there.
    """
    try:
        module = load(path)
    except FAILURES as error:
        raise ProjectFileError(f"{place_of(error, path)}: {type(error).__name__}: {error}") from error
    code = code_of_file(path)
    for call in list(vars(module).values()):
        if getattr(call, MARK, False) is True and inspect.isfunction(call) and call.__module__ == module.__name__:
            signature, mistakes = read_signature(call)
            line = call.__code__.co_firstlineno
            if signature is None:
                wrong = "; ".join(mistakes)
                raise ProjectFileError(f"{shown(path)}:{line}: the function `{call.__name__}` cannot be used: {wrong}.")
            read_by_it = "".join(_hashed(name, f"{shown(path)}:{line}") for name in getattr(call, READS))
            yield Function(call.__name__.lower(), call, signature, path, line, code + read_by_it)


def called(sql: str) -> list[Function]:
    """List the functions of the project that a SELECT calls, in the order of their names."""
    if not (project.PROJECT / "functions").is_dir():
        return []
    names = {name.lower().removesuffix(OR_NULL).removesuffix(WHY) for name in CALL.findall(sql)}
    return [functions()[name] for name in sorted(names & functions().keys())]


def code_of_file(path: Path) -> str:
    """Read the code of a file of functions, and of all files of functions that it imports."""
    texts: dict[Path, str] = {}
    waiting = [path]
    while waiting:
        if (file := waiting.pop()) not in texts and file.is_file():
            texts[file] = read(file)
            waiting.extend(_imported(texts[file], file))
    return "\n".join(f"{shown(file)}\n{texts[file]}" for file in sorted(texts))


def _hashed(name: str, where: str) -> str:
    try:
        return f"\n{name} {sha256((project.PROJECT / name).read_bytes()).hexdigest()}"
    except OSError as error:
        raise ProjectFileError(
            f"{where}: `files` names {name!r}, which cannot be read ({error.strerror}). Name files from the project "
            "folder on."
        ) from error


def frame_producers() -> dict[str, Any]:
    """List the tables of the project that a function makes, with its producer.

    Who has no functions waits for no module.
    """
    if not (project.PROJECT / "functions").is_dir():
        return {}
    from wattlake.lake.functions.frames import frame_producers as producers_of_tables

    return dict(producers_of_tables())


def _imported(code: str, path: Path) -> Iterator[Path]:
    """List the files of functions that code may import: of `from x import y`, both x and x/y."""
    for node in ast.walk(ast.parse(code)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import | ast.ImportFrom) else []
        if isinstance(node, ast.ImportFrom):
            above = path.relative_to(project.PROJECT).parent.parts
            start = ".".join((*above[: len(above) - node.level + 1], *([node.module] if node.module else [])))
            start = start if node.level else node.module or ""
            names = [start, *(f"{start}.{name}" for name in names)]
        for name in names:
            if name.startswith("functions."):
                yield project.PROJECT.joinpath(*name.split(".")).with_suffix(".py")
