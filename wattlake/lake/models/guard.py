"""Check a SELECT that somebody else wrote: a reader's question, or a project's model.

It is decided from the query's parse tree. DuckDB's own settings do not bind scanner extensions, so nothing is left to
them alone: every node of the tree must be of a kind that is listed here, every table in one of three schemas, and
every function in ``safe_functions``.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from wattlake import PACKAGE
from wattlake.lake.layers import NAMED_ALONE, READ_BY_PEOPLE
from wattlake.lake.models.safe_functions import ALLOWED_FUNCTIONS, ALLOWED_TABLE_FUNCTIONS

PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_]*", re.IGNORECASE)

_EXPRESSIONS = """
BETWEEN CASE CAST COLLATE COLUMN_REF COMPARISON CONJUNCTION CONSTANT FUNCTION LAMBDA OPERATOR STAR SUBQUERY WINDOW
"""
_REST = """
SELECT_NODE SET_OPERATION_NODE RECURSIVE_CTE_NODE BASE_TABLE SUBQUERY JOIN EMPTY EXPRESSION_LIST TABLE_FUNCTION SHOW_REF
ORDER_MODIFIER LIMIT_MODIFIER LIMIT_PERCENT_MODIFIER DISTINCT_MODIFIER ORDER_DEFAULT ASCENDING DESCENDING
DECIMAL_TYPE_INFO STRING_TYPE_INFO LIST_TYPE_INFO STRUCT_TYPE_INFO ARRAY_TYPE_INFO
"""
ALLOWED_CLASSES = frozenset(_EXPRESSIONS.split())
"""Kinds of expressions."""
ALLOWED_TYPES = frozenset(_REST.split())
"""Kinds of all other nodes: queries, parts of FROM, changes to the rows' order and number."""


class RefusedError(ValueError):
    """A query that may not be asked: it tells what was found, and what may be asked.

    Attributes:
        offset: how many bytes of the query come before what is refused; 0 where that is all of it.
    """

    def __init__(self, message: str, offset: int = 0) -> None:
        """Say what is refused, and where it stands."""
        super().__init__(message)
        self.offset = offset


@dataclass(frozen=True)
class Allowed:
    """The schemas and functions that a query may name, and the tables that need no schema."""

    schemas: Collection[str] = READ_BY_PEOPLE
    functions: Collection[str] = ALLOWED_FUNCTIONS
    named_alone: Collection[str] = ()


READERS = Allowed(named_alone={path.stem for path in (PACKAGE / "sql" / NAMED_ALONE).glob("*.sql")})
"""What somebody who only reads may ask."""


def check(tree: Mapping[str, Any], existing: Collection[str], allowed: Allowed = READERS) -> None:
    """Refuse all but one SELECT over tables of some schemas; its functions must be allowed.

    Args:
        tree: what ``json_serialize_sql`` makes of the query.
        existing: the names that mean something without a schema, in lower case: DuckDB's own views and tables. No
            common table expression may have one, or a name out of its scope would be the view.
        allowed: what it may name and call.

    Raises:
        RefusedError: it is something else.
    """
    if tree.get("error"):
        raise RefusedError(f"Give one SELECT. {tree.get('error_message', 'This is none.')}")
    statements = tree.get("statements", [])
    if len(statements) != 1:
        raise RefusedError(f"Give one SELECT. These are {len(statements)}.")
    named = set()
    for node in _nodes(statements):
        for entry in (node.get("cte_map") or {}).get("map", []):
            named.add(_checked_name(entry["key"], existing))
    for node in _nodes(statements):
        try:
            _check_node(node, named, allowed)
        except RefusedError as error:
            raise RefusedError(str(error), int(node.get("query_location") or 0)) from error


def _nodes(tree: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401
    """Yield every object of a tree, the outer ones first."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Mapping):
            yield node
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)


def _checked_name(name: str, existing: Collection[str]) -> str:
    if not PLAIN_NAME.fullmatch(name) or name.lower() in existing:
        raise RefusedError(f"A part of a query (WITH … AS) cannot be called `{name}` here. Give it another name.")
    return name.lower()


def _check_node(node: Mapping[str, Any], named: Collection[str], allowed: Allowed) -> None:
    kind, group = node.get("type"), node.get("class")
    if group is not None:
        if group not in ALLOWED_CLASSES:
            raise RefusedError(f"{_words(group)} cannot be used here.")
    elif isinstance(kind, str) and kind not in ALLOWED_TYPES:
        raise RefusedError(f"{_words(kind)} cannot be used here. Write it with SELECT, JOIN, WHERE and GROUP BY.")
    if kind == "BASE_TABLE":
        _check_table(node, {*named, *allowed.named_alone}, allowed.schemas)
    elif kind == "TABLE_FUNCTION":
        _check_function(node["function"], ALLOWED_TABLE_FUNCTIONS)
    elif kind == "SHOW_REF" and (node.get("table_name") or not node.get("query")):
        raise RefusedError("SHOW cannot be used here. The tables and their columns are listed beside the query.")
    if group in ("FUNCTION", "WINDOW"):
        _check_function(node, allowed.functions)


def _check_table(node: Mapping[str, Any], named: Collection[str], schemas: Collection[str]) -> None:
    catalog, schema, table = (str(node.get(part) or "") for part in ("catalog_name", "schema_name", "table_name"))
    is_part = not catalog and not schema and table.lower() in named
    is_ours = catalog.lower() in ("", "lake") and schema.lower() in schemas
    if not (is_part or is_ours):
        name = ".".join(part for part in (catalog, schema, table) if part)
        raise RefusedError(f"`{name}` is none of the tables. Name them with their schema: {' or '.join(schemas)}.")


def _check_function(node: Mapping[str, Any], allowed: Collection[str]) -> None:
    name = str(node.get("function_name") or "")
    schema = (str(node.get("catalog") or ""), str(node.get("schema") or ""))
    if name.lower() not in allowed or schema not in (("", ""), ("", "main"), ("system", "main")):
        raise RefusedError(f"The function `{name}` cannot be used here: it is none of those that are known to be safe.")


def _words(kind: str) -> str:
    return kind.removesuffix("_NODE").removesuffix("_REF").replace("_", " ")
