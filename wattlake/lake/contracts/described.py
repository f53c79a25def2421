"""Make a contract from a description in TOML, as a project's models and sources have one.

``row`` says what one row is and ``key`` which columns name it; each table ``[columns.<name>]`` has ``type``,
``meaning`` and, where they are wanted, ``unit``, ``nullable``, ``references`` and bounds. What else there is, is that
of ``Table``: ``partitioned_by``, ``look_back_days``, ``[[rules]]`` …
"""

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from wattlake.lake.contracts.base import Bronze, Contract, Utc, landing, table
from wattlake.lake.contracts.declared import BOUNDS, column
from wattlake.lake.contracts.described_entries import wrong_entries
from wattlake.lake.contracts.described_types import TYPES, python_type
from wattlake.lake.contracts.promises import Group, Rule
from wattlake.lake.contracts.toml_lines import line_of
from wattlake.lake.project import PACKAGE_NAME, ProjectFileError, shown

OF_COLUMN: Mapping[str, type | tuple[type, ...]] = {
    "type": str,
    "meaning": str,
    "unit": str,
    "references": str,
    "nullable": bool,
    "isin": list,
    **dict.fromkeys(("gt", "ge", "lt", "le"), (int, float)),
}
OF_TABLE: Mapping[str, type | tuple[type, ...]] = {
    "row": str,
    "about": str,
    "key": list,
    "partitioned_by": list,
    "look_back_days": int,
    "look_ahead_days": int,
    "has_intervals": bool,
    "fresh_within_days": int,
    "volume": str,
    "made_by": str,
    "sets_failures_aside": bool,
    "rules": list,
    "groups": list,
    "columns": dict,
}


def described(name: str, description: Mapping[str, Any], file: Path) -> type[Contract]:
    """Make the contract of a table from its description.

    Args:
        name: ``layer.table``. A bronze table also gets the columns that every one has, and its own may be empty
            unless they say otherwise; a silver table gets the number of the landing.
        description: what the file says.
        file: the file, for what is wrong with it.

    Raises:
        ProjectFileError: a sentence for each mistake, with the file and the key.
    """
    if mistakes := list(_mistakes(description)):
        raise ProjectFileError("\n".join(_placed(file, mistake) for mistake in mistakes))
    layer, _, short = name.partition(".")
    columns = description["columns"]
    # Attributes are numbered: a column may be called as something of the class is.
    declared = {f"column_{number}": _column(each, columns[each], layer) for number, each in enumerate(columns)}
    kinds: dict[str, Any] = {f"column_{n}": python_type(columns[each]["type"]) for n, each in enumerate(columns)}
    if layer == "silver" and "_landing_id" not in columns:
        declared["landing_id"], kinds["landing_id"] = landing(), int
    row = str(description["row"]) + ("\n\n" + description["about"] if "about" in description else "")
    members = {
        "__doc__": row,
        "__module__": f"{PACKAGE_NAME}.models.{layer}.{short}",
        "__annotations__": kinds,
        "Config": type("Config", (), {"metadata": table(name, description.get("key", ()), **_promises(description))}),
    }
    return type(short, (Bronze if layer == "bronze" else Contract,), members | declared)


def _placed(file: Path, mistake: str) -> str:
    """Write a mistake with the file and the line of the key that it begins with."""
    return f"{shown(file)}:{line_of(file, mistake.split('`')[1])}: {mistake}"


def _column(name: str, described_column: Mapping[str, Any], layer: str) -> Any:  # noqa: ANN401
    rest = {key: value for key, value in described_column.items() if key not in ("type", "meaning")}
    return column(described_column["meaning"], alias=name, **({"nullable": layer == "bronze"} | rest))


def _promises(description: Mapping[str, Any]) -> dict[str, Any]:
    promises = {
        key: tuple(value) if isinstance(value, list) else value
        for key, value in description.items()
        if key not in ("row", "about", "key", "columns", "rules", "groups")
    }
    promises["rules"] = tuple(Rule(**rule) for rule in description.get("rules", ()))
    groups = [{**group, "by": tuple(group.get("by", ()))} for group in description.get("groups", ())]
    return promises | {"groups": tuple(Group(**group) for group in groups)}


def _mistakes(description: Mapping[str, Any]) -> Iterator[str]:
    """Say each mistake of a description, by its key."""
    yield from wrong_entries("", description, OF_TABLE, required=("row", "columns"))
    columns = description.get("columns")
    columns = columns if isinstance(columns, dict) else {}
    for name, entries in columns.items():
        if not isinstance(entries, dict):
            yield f"`columns.{name}` is no table. Write [columns.{name}], and below it type and meaning."
            continue
        if not name:
            yield "`columns.` has no name. Write [columns.NAME]."
        yield from wrong_entries(f"columns.{name}.", entries, OF_COLUMN, required=("type", "meaning"))
        yield from _wrong_values(name, entries)
    yield from _wrong_key(description.get("key"), columns)
    for room, promise in (("rules", Rule), ("groups", Group)):
        for number, entries in enumerate(_tables(description.get(room)), 1):
            wanted = {field.name: list if field.name == "by" else str for field in dataclasses.fields(promise)}
            yield from wrong_entries(f"{room}[{number}].", entries, wanted, required=("name", "holds"))


def _wrong_key(key: object, columns: Mapping[str, Any]) -> Iterator[str]:
    for name in key if isinstance(key, list) else ():
        if not isinstance(name, str):
            continue
        if name not in columns:
            yield f"`key` has `{name}`, which is none of the columns: {', '.join(columns)}."
        elif isinstance(columns[name], dict) and columns[name].get("nullable") is True:
            yield f"`key` has `{name}`, which is nullable; nothing names no row. Give it a value, or leave it out."


def _tables(entries: object) -> list[Mapping[str, Any]]:
    return [entry for entry in entries if isinstance(entry, dict)] if isinstance(entries, list) else []


def _wrong_values(name: str, entries: Mapping[str, Any]) -> Iterator[str]:
    kind = python_type(entries["type"]) if isinstance(entries.get("type"), str) else None
    if kind is None and isinstance(entries.get("type"), str):
        yield f"`columns.{name}.type` is `{entries['type']}`; expected is one of {', '.join(TYPES)}, decimal(18,6)."
    if kind in (str, bool, date, Utc) and (bounds := sorted(entries.keys() & (BOUNDS.keys() - {"isin"}))):
        yield f"`columns.{name}.{bounds[0]}` bounds a {entries['type']}; only numbers have bounds."
