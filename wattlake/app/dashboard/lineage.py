"""Where every number comes from: the graph of tables, models and pages, read from the SQL itself."""

import ast
import importlib
import inspect
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from wattlake.app.dashboard.pages import pages
from wattlake.lake.contracts import contracts
from wattlake.lake.models.graph import models

ASKED = ("wattlake.app.dashboard.queries", "wattlake.lake.reports")
"""Packages whose modules ask the lake for a page."""
TABLE = re.compile(r"\b((?:bronze|silver|quarantine|gold|warehouse|ops)\.[a-z_]+)\b")
COLOURS = {
    "source": "#8C8C8C",
    "bronze": "#D55E00",
    "silver": "#0072B2",
    "gold": "#B07A00",
    "warehouse": "#007A59",
    "ops": "#A3548A",
    "page": "#444444",
}
"""By layer; dark enough for white letters."""


@cache
def edges() -> Mapping[str, frozenset[str]]:
    """What each table or page is made from: sources, tables and, for ``page.x``, what its queries read."""
    found = {table: model.inputs for table, model in models().items()}
    for name in contracts():
        layer, _, table = name.partition(".")
        if layer == "bronze":
            found[name] = frozenset({f"source.{table}"})
    return found | {f"page.{name}": pages_tables(entry.file) for name, entry in pages().items()}


def around(focus: str) -> dict[str, frozenset[str]]:
    """A table, all it is made from, and all that is made from it: by name, what of these it is made from."""
    graph = edges()
    below = {focus, *_closure(focus, graph)}
    readers: dict[str, set[str]] = {}
    for name, inputs in graph.items():
        for one in inputs:
            readers.setdefault(one, set()).add(name)
    wanted = below | _closure(focus, readers)
    return {name: frozenset(graph.get(name, frozenset()) & wanted) for name in sorted(wanted)}


def drawn(graph: Mapping[str, frozenset[str]], focus: str) -> str:
    """A graph in Graphviz's language; each table opens its own lineage."""
    return "\n".join(["digraph {", *_head(), *_nodes(graph, focus), *_edges(graph), "}"])


def pages_tables(view: Path) -> frozenset[str]:
    """The tables in the SQL of the functions that a page asks."""
    tree = ast.parse(view.read_text(encoding="utf-8"))
    modules = dict(_imported(tree))
    asked = {
        (node.value.id, node.attr)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules
    }
    sources = [_source(modules[name], function) for name, function in asked]
    sources += [_source(module, name) for name, module in _functions(tree)]
    return frozenset(table for source in sources for table in TABLE.findall(source) if table in contracts())


def _imported(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The modules with queries that a page imports, by the name it gives them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in ASKED:
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def _functions(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The functions of the lake that a page imports, with their module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("wattlake.lake."):
            for alias in node.names:
                yield alias.name, node.module or ""


def _source(module: str, name: str) -> str:
    """The code of a function without what it says of itself; nothing of what is no function."""
    found = getattr(importlib.import_module(module), name, None)
    if not inspect.isfunction(found):
        return ""
    return inspect.getsource(found).replace(found.__doc__ or "\0", "")


def _closure(start: str, graph: Mapping[str, frozenset[str] | set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        new = set(graph.get(waiting.pop(), ())) - found
        found |= new
        waiting.extend(new)
    return found


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
        yield from (f'"{one}" -> "{name}";' for one in sorted(inputs) if one in graph)
