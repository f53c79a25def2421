"""The lengths that the house keeps to, and what is still longer; ``python -m tests.support.sizes`` lists that anew."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

from wattlake import PACKAGE

LIMITS = {"module": 150, "function": 30, "sql": 80, "docstring": 0}
"""Lines of a module, a function without its docstring, and a SQL file; first lines over 90 characters in a module."""
MOST_CHARACTERS = 90
MEANINGS = {kind: f"lines, at most {most}" for kind, most in LIMITS.items()} | {
    "docstring": f"first lines of docstrings with more than {MOST_CHARACTERS} characters"
}
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef
EXCEPTIONS = Path(__file__).with_name("size_exceptions.toml")


def too_long(package: Path = PACKAGE) -> dict[str, dict[str, int]]:
    """Measure what is longer than its limit, by kind and by path, of a function with its name."""
    sizes: dict[str, dict[str, int]] = {kind: {} for kind in LIMITS}
    for path in sorted(package.rglob("*.py")):
        name, text = path.relative_to(package).as_posix(), path.read_text(encoding="utf-8")
        tree = ast.parse(text)
        sizes["module"][name] = len(text.splitlines())
        sizes["docstring"][name] = sum(len(line) > MOST_CHARACTERS for line in _first_lines(tree))
        sizes["function"] |= {f"{name}::{function}": lines for function, lines in _functions(tree)}
    for path in sorted(package.rglob("*.sql")):
        sizes["sql"][path.relative_to(package).as_posix()] = len(path.read_text(encoding="utf-8").splitlines())
    return {kind: {name: size for name, size in named.items() if size > LIMITS[kind]} for kind, named in sizes.items()}


def exceptions() -> dict[str, dict[str, int]]:
    """Read what may still be longer, and how long."""
    return tomllib.loads(EXCEPTIONS.read_text(encoding="utf-8"))


def _first_lines(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | FUNCTIONS) and (docstring := ast.get_docstring(node)):
            yield docstring.splitlines()[0]


def _functions(tree: ast.AST, below: str = "") -> Iterator[tuple[str, int]]:
    """Give every function's name, with the classes and functions around it, and its lines without its docstring."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, FUNCTIONS):
            docstring = ast.get_docstring(node, clean=False)
            yield f"{below}{node.name}", (node.end_lineno or 0) - node.lineno + 1 - len((docstring or "").splitlines())
        name = f"{below}{node.name}." if isinstance(node, FUNCTIONS | ast.ClassDef) else below
        yield from _functions(node, name)


if __name__ == "__main__":
    lines = ["# What is longer than its limit (tests/support/sizes.py), and how long: entries only shrink and go."]
    for kind, named in too_long().items():
        lines += ["", f"[{kind}]", *(f'"{name}" = {size}' for name, size in named.items())]
    EXCEPTIONS.write_text("\n".join(lines) + "\n", encoding="utf-8")
