"""Locals whose name says nothing of what they hold, by Python's own grammar."""

import ast
from collections.abc import Iterator
from pathlib import Path

EMPTY = frozenset({"found", "said", "one", "place", "told"})
"""They say that something was got, not what: a name is its content's, as ``missing_columns`` or ``sentence``."""


def empty_names(*folders: Path) -> list[str]:
    """List such locals, parameters and names of modules as ``folder/file.py:line name``; fields of classes may be."""
    return [
        f"{folder.name}/{path.relative_to(folder).as_posix()}:{line} {name}"
        for folder in folders
        for path in sorted(folder.rglob("*.py"))
        for line, name in sorted(set(_bound(ast.parse(path.read_text(encoding="utf-8")))))
        if name in EMPTY
    ]


def _bound(tree: ast.AST, *, is_class: bool = False) -> Iterator[tuple[int, str]]:
    """Give the line and name of all that is bound: assigned, looped over, matched, imported, caught or passed."""
    for node in ast.iter_child_nodes(tree):
        if is_class and isinstance(node, ast.Assign | ast.AnnAssign):
            continue
        names: tuple[str | None, ...] = ()
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name) | ast.alias(asname=str() as name):
                names = (name,)
            case ast.ExceptHandler(name=name) | ast.MatchAs(name=name) | ast.MatchStar(name=name):
                names = (name,)
            case ast.MatchMapping(rest=name):
                names = (name,)
        # An ``except`` handler and an ``import … as`` have no node of their own for the name, but a line.
        yield from ((node.lineno, name) for name in names if name and hasattr(node, "lineno"))
        yield from _bound(node, is_class=isinstance(node, ast.ClassDef))
