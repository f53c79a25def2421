"""Find the contracts of the project folder: a description or a class beside each of its models.

``models/<layer>/<table>.toml`` describes ``<layer>.<table>``, or ``<table>.py`` has a class of ``Contract`` for it.
What ``sources/<name>.toml`` says of ``[columns]`` describes ``bronze.<name>``.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from wattlake.lake.contracts.base import Contract, Table
from wattlake.lake.contracts.described import described
from wattlake.lake.project import FAILURES, LAYERS, SOURCES, ProjectFileError, files, load, place_of, read, shown


def project_contracts(ours: Mapping[str, type[Contract]]) -> dict[str, type[Contract]]:
    """Give the contracts of the project by the names of their tables.

    Args:
        ours: the contracts that are there already; no table of the project has the name of one.

    Raises:
        ProjectFileError: a file is no contract, or a name comes twice.
    """
    by_table: dict[str, type[Contract]] = {}
    for name, path in contract_files():
        if name in ours:
            raise ProjectFileError(f"{shown(path)}:1: `{name}` is a table of Wattlake's own. Give yours another name.")
        if name in by_table:
            raise ProjectFileError(f"{shown(path)}:1: `{name}` has another contract, too. Remove one of the two.")
        by_table[name] = read_contract(name, path)
    return by_table


def read_contract(name: str, path: Path) -> type[Contract]:
    """Read the contract of a table from its file.

    Raises:
        ProjectFileError: it is none.
    """
    if path.parent.name == SOURCES:
        return _from_source(name, path)
    return from_toml(name, path) if path.suffix == ".toml" else _from_class(name, path)


def contract_files() -> Iterator[tuple[str, Path]]:
    """List the files of contracts with the names of their tables."""
    for layer in LAYERS:
        yield from ((f"{layer}.{path.stem}", path) for path in files(f"models/{layer}", ".toml", ".py"))
    described_columns = (path for path in files(SOURCES, ".toml") if "columns" in _written(path))
    yield from ((f"bronze.{path.stem}", path) for path in described_columns)


def from_toml(name: str, path: Path) -> type[Contract]:
    """Read a file that describes one table.

    Raises:
        ProjectFileError: it is no TOML, or no description.
    """
    return described(name, _written(path), path)


def _from_source(name: str, path: Path) -> type[Contract]:
    """Make the contract of a source's own table of what its file says of it."""
    of_table = {key: value for key, value in _written(path).items() if key in ("row", "columns")}
    row = f"One row of {path.stem}, as its source gave it."
    return described(name, {"row": row} | of_table, path)


def _written(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(read(path))
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        raise ProjectFileError(f"{shown(path)}:{line[1] if line else 1}: it is no TOML: {error}.") from error


def _from_class(name: str, path: Path) -> type[Contract]:
    """Load the class of a contract.

    Raises:
        ProjectFileError: the file fails, or has no class for this table, or several.
    """
    try:
        module = load(path)
    except FAILURES as error:
        raise ProjectFileError(f"{place_of(error, path)}: {type(error).__name__}: {error}") from error
    classes = [each for each in vars(module).values() if isinstance(each, type) and issubclass(each, Contract)]
    wanted = [each for each in classes if each.__module__ == module.__name__ and _table(each) == name]
    if len(wanted) != 1:
        raise ProjectFileError(
            f"{shown(path)}:1: it has {len(wanted)} contracts of `{name}`; expected is one class of Contract with "
            f'`metadata = table("{name}", …)` in its Config.'
        )
    return wanted[0]


def _table(contract: type[Contract]) -> str:
    promised: Table | None = (contract.Config.metadata or {}).get("table")
    return promised.name if promised else ""
