"""Check the Python of a project: its functions are loaded, its pages only read."""

import ast
from collections.abc import Iterator

import duckdb

from wattlake.lake.functions.of_project import OR_NULL, WHY, functions, functions_of
from wattlake.lake.models.macros import macros
from wattlake.lake.project import ProjectFileError, files, read, shown
from wattlake.lake.settings import Settings
from wattlake.lake.sql import quoted, scalar


def mistakes_in_functions(_: Settings) -> Iterator[str]:
    """Say what is wrong with the functions of the project."""
    is_wrong = False
    for path in files("functions", ".py"):
        try:
            list(functions_of(path))
        except ProjectFileError as error:
            is_wrong = True
            yield str(error)
    if is_wrong:
        return
    try:
        named = functions().values()
    except ProjectFileError as error:
        yield str(error)
        return
    with duckdb.connect() as connection:
        for function in named:
            if function.name.endswith((OR_NULL, WHY)):
                yield (
                    f"{shown(function.path)}:{function.line}: names that end in {OR_NULL} or {WHY}, as "
                    f"`{function.name}` does, are Wattlake's own. Give yours another name."
                )
            there = f"select count(*) from duckdb_functions() where function_name = {quoted(function.name)}"
            if function.name in macros() or scalar(connection, there):
                yield (
                    f"{shown(function.path)}:{function.line}: `{function.name}` is a function of DuckDB or of "
                    "Wattlake's own. Give yours another name."
                )


def mistakes_in_pages(_: Settings) -> Iterator[str]:
    """Say which pages are no Python, or declare nothing to show."""
    for path in files("pages", ".py"):
        try:
            tree = ast.parse(read(path))
        except SyntaxError as error:
            yield f"{shown(path)}:{error.lineno or 1}: {error.msg}"
            continue
        except ProjectFileError as error:
            yield str(error)
            continue
        names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        assigned = [node for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign)]
        for node in assigned:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {target.id for target in targets if isinstance(target, ast.Name)}
        if missing := {"PAGE", "show"} - names:
            yield f"{shown(path)}:1: a page has a `PAGE = Page(…)` and a `def show()`; here is no {', '.join(missing)}."
