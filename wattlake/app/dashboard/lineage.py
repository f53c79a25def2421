"""The graph of tables, columns and pages: where every number comes from, by the SQL itself."""

import ast
import importlib
import inspect
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from wattlake import PACKAGE
from wattlake.app.dashboard.pages import pages
from wattlake.lake.contracts import contracts
from wattlake.lake.layers import SCHEMAS
from wattlake.lake.models.column_lineage import Origin, columns_upstream
from wattlake.lake.models.lineage import made_from

ASKED = ("wattlake.app.dashboard.queries", "wattlake.lake.reports")
"""Packages whose modules ask the lake for a page."""
TABLE = re.compile(rf"\b((?:{'|'.join(SCHEMAS)})\.[a-z_]+)\b")
COLOURS = {
    "source": "#8C8C8C",
    "bronze": "#D55E00",
    "silver": "#0072B2",
    "gold": "#B07A00",
    "warehouse": "#007A59",
    "star": "#3F7F00",
    "ops": "#A3548A",
    "step": "#5A5A8C",
    "page": "#444444",
}
"""By layer; dark enough for white letters."""


@cache
def edges() -> Mapping[str, frozenset[str]]:
    """List what tables and pages are made from; of ``page.x``, what its queries read."""
    tables = [name for name in contracts() if not name.startswith("quarantine.")]
    of_tables = {name: made_from(name) for name in tables}
    for name in tables:
        layer, _, table = name.partition(".")
        if layer == "bronze":
            of_tables[name] = frozenset({f"source.{table}"})
    return of_tables | {f"page.{name}": pages_tables(entry.file) for name, entry in pages().items()}


def around(focus: str) -> dict[str, frozenset[str]]:
    """Take a table, all it is made from and all made from it: by name, its inputs of these."""
    graph = edges()
    readers: dict[str, set[str]] = {}
    for name, inputs in graph.items():
        for read in inputs:
            readers.setdefault(read, set()).add(name)
    wanted = {focus} | _closure(focus, graph) | _closure(focus, readers)
    return {name: frozenset(graph.get(name, frozenset()) & wanted) for name in sorted(wanted)}


def around_column(table: str, column: str) -> dict[str, frozenset[str]]:
    """Take a column and all columns that it is made from: by name, what it is made from at once.

    The names are those of ``written``.
    """
    upstream = columns_upstream(table, column)
    return {written(origin): frozenset(map(written, origins)) for origin, origins in upstream.items()}


def written(origin: Origin) -> str:
    """Write a column as ``layer.table.column``, of a step as ``step.folder/file.column``."""
    return f"{'' if origin.table in contracts() else 'step.'}{origin.table}.{origin.column}"


def drawn(graph: Mapping[str, frozenset[str]], focus: str) -> str:
    """Write a graph in Graphviz's language; each table opens its own lineage."""
    return "\n".join(["digraph {", *_head(), *_nodes(graph, focus), *_edges(graph), "}"])


def pages_tables(view: Path) -> frozenset[str]:
    """List the tables in the SQL of the functions that a page asks."""
    text = view.read_text(encoding="utf-8")
    tree = ast.parse(text)
    modules = dict(_imported(tree))
    asked = {
        (node.value.id, node.attr)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules
    }
    sources = [_source(modules[name], function) for name, function in asked]
    sources += [_source(module, name) for name, module in _functions(tree)]
    sources += [] if view.is_relative_to(PACKAGE) else [text]  # A page of the project has its queries in its file.
    return frozenset(table for source in sources for table in TABLE.findall(source) if table in contracts())


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield the modules with queries that a page imports, by the name it gives them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in ASKED:
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _functions(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield the functions of the lake that a page imports, with their module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("wattlake.lake."):
            for alias in node.names:
                yield alias.name, node.module or ""


def _source(module: str, name: str) -> str:
    """Read the code of a function without its docstring; nothing of what is no function."""
    function = getattr(importlib.import_module(module), name, None)
    if not inspect.isfunction(function):
        return ""
    return inspect.getsource(function).replace(function.__doc__ or "\0", "")


def _closure(start: str, graph: Mapping[str, frozenset[str] | set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        new = set(graph.get(waiting.pop(), ())) - reached
        reached |= new
        waiting.extend(new)
    return reached


def _head() -> Iterator[str]:
    yield 'rankdir=LR; bgcolor="transparent"; nodesep=0.12; ranksep=0.25;'
    yield 'node [shape=box, style="filled,rounded", fontname="sans-serif", fontsize=13, fontcolor="white"];'
    yield 'node [height=0.3, margin="0.08,0.04"];'
    yield 'edge [color="#8C8C8C", arrowsize=0.6];'


def _nodes(graph: Mapping[str, frozenset[str]], focus: str) -> Iterator[str]:
    for name in graph:
        layer, _, table = name.partition(".")
        label = f"{layer}\\n{table}"
        link = f'URL="?{urlencode({"table": name})}", target="_self", ' if name in contracts() else ""
        border = 'penwidth=3, color="#F0E442"' if name == focus else "penwidth=0"
        yield f'"{name}" [label="{label}", {link}fillcolor="{COLOURS[layer]}", {border}];'


def _edges(graph: Mapping[str, frozenset[str]]) -> Iterator[str]:
    for name, inputs in graph.items():
        yield from (f'"{read}" -> "{name}";' for read in sorted(inputs) if read in graph)
