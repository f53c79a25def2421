"""Contracts: one class per table, the only description of its columns.

A contract is a class in a module of the folder of its table's layer: ``sources`` (a source's bronze and silver tables
together), ``gold``, ``warehouse`` or ``ops``. The tables in the catalog, the column comments, the gates of a build and
the data dictionary are made from it. Nothing needs to be registered: ``contracts()`` finds ours, then the project's.
"""

import importlib
import pkgutil
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, get_args, get_origin

from wattlake.lake import project
from wattlake.lake.contracts.base import Contract, Quarantine, Table, table
from wattlake.lake.contracts.quarantine import quarantine_of

SQL_TYPES: dict[Any, str] = {
    str: "varchar",
    int: "bigint",
    float: "double",
    bool: "boolean",
    date: "date",
    datetime: "timestamp",
}


@dataclass(frozen=True)
class Column:
    """One column as SQL sees it; ``references`` is the column whose values it takes."""

    name: str
    sql_type: str
    nullable: bool
    checks: tuple[tuple[str, dict[str, Any]], ...]
    meaning: str
    unit: str | None
    references: str = ""


def contracts_of_ours() -> dict[str, type[Contract]]:
    """Find every contract of Wattlake's own, by the name of its table."""
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        if module.name.removeprefix(f"{__name__}.").count("."):  # in the folder of a layer
            importlib.import_module(module.name)
    classes = [c for c in _descendants(Contract) if not c.__module__.startswith(f"{project.PACKAGE_NAME}.")]
    return {c.Config.metadata["table"].name: c for c in classes if c.Config.metadata}


@cache
def contracts() -> dict[str, type[Contract]]:
    """Find every contract, by the name of its table, in the order of the names.

    Each silver table has a quarantine beside it.
    """
    by_table = contracts_of_ours()
    by_table |= _of_project(by_table)
    by_table |= {quarantine_of(name): Quarantine for name in by_table if name.startswith("silver.")}
    return dict(sorted(by_table.items()))


def spec(name: str) -> Table:
    """Give the part of a contract that is about its table as a whole."""
    metadata = contracts()[name].Config.metadata or table(name)
    return metadata["table"]


def source_of(silver: str) -> str:
    """Give the source that a silver table is read from.

    The module of its contract has its name; a model of the project reads it.
    """
    module = contracts()[silver].__module__
    if not module.startswith(f"{project.PACKAGE_NAME}."):
        return module.rpartition(".")[2]
    return project.source_read(silver)


def meaning_of_a_row(name: str) -> str:
    """Say what one row of a table is: the first line of its contract's docstring."""
    return (contracts()[name].__doc__ or "").partition("\n")[0]


@cache
def columns(name: str) -> dict[str, Column]:
    """Give the columns of a table by their names, in contract order."""
    return {
        column: Column(
            name=column,
            sql_type=_sql_type(kind),
            nullable=declared.nullable,
            checks=declared.checks,
            meaning=declared.meaning,
            unit=declared.unit,
            references=declared.references,
        )
        for column, (kind, declared) in contracts()[name].declared().items()
    }


def listed(name: str) -> str:
    """List the columns of a table for SQL, in contract order."""
    return ", ".join(f'"{column}"' for column in columns(name))


def bounds(name: str) -> dict[str, list[float]]:
    """Give the least and the most of each number that has both, for the SQL of its model.

    Returns:
        Two numbers by the name of the column with ``_bounds``, as ``is_outside`` in ``sql/macros`` takes them.
    """
    least, most = "greater_than_or_equal_to", "less_than_or_equal_to"
    checks = {column.name: dict(column.checks) for column in columns(name).values()}
    return {
        f"{column}_bounds": [check[least]["min_value"], check[most]["max_value"]]
        for column, check in checks.items()
        if check.keys() >= {least, most}
    }


def amounts(name: str) -> frozenset[str]:
    """Name the columns of a table that hold energy or money; a booking taken back negates them."""
    return frozenset(column.name for column in columns(name).values() if column.unit in {"kWh", "EUR"})


def column_types(name: str) -> dict[str, str]:
    """Give the types of a table's columns by their names, as DuckDB writes them."""
    return {column.name: column.sql_type for column in columns(name).values()}


def _sql_type(kind: Any) -> str:  # noqa: ANN401
    if get_origin(kind) is None:
        return SQL_TYPES[kind]
    python_type, *arguments = get_args(kind)
    return "decimal({},{})".format(*arguments) if python_type is Decimal else SQL_TYPES[python_type]


def _of_project(ours: dict[str, type[Contract]]) -> dict[str, type[Contract]]:
    """Give the contracts of the project folder; whoever has none waits for no module."""
    if not any((project.PROJECT / room).is_dir() for room in ("models", "sources")):
        return {}
    from wattlake.lake.contracts.of_project import project_contracts

    return project_contracts(ours)


def _descendants(contract: type[Contract]) -> list[type[Contract]]:
    return [c for child in contract.__subclasses__() for c in (child, *_descendants(child))]
