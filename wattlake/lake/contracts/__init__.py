"""Contracts: one pandera model per table, the only description of its columns.

A contract is a class in a module of the folder of its table's layer: ``sources`` (a source's bronze and silver tables
together), ``gold``, ``warehouse`` or ``ops``. The tables in the catalog, the column comments, the gates of a build and
the data dictionary are made from it, and nothing needs to be registered: ``contracts()`` finds them all.
"""

import importlib
import pkgutil
from dataclasses import dataclass
from functools import cache
from typing import Any

import polars as pl

from wattlake.lake.contracts.base import Contract, Quarantine, Table, table
from wattlake.lake.contracts.quarantine import quarantine_of

SQL_TYPES: dict[Any, str] = {
    pl.String: "varchar",
    pl.Int64: "bigint",
    pl.Int32: "integer",
    pl.Float64: "double",
    pl.Boolean: "boolean",
    pl.Date: "date",
    pl.Datetime: "timestamp",
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


@cache
def contracts() -> dict[str, type[Contract]]:
    """Find every contract, by the name of its table, in the order of the names.

    Each silver table has a quarantine beside it.
    """
    for module in pkgutil.walk_packages(__path__, f"{__name__}."):
        importlib.import_module(module.name)
    by_table = {c.Config.metadata["table"].name: c for c in _descendants(Contract) if c.Config.metadata}
    by_table |= {quarantine_of(name): Quarantine for name in by_table if name.startswith("silver.")}
    return dict(sorted(by_table.items()))


def spec(name: str) -> Table:
    """Give the part of a contract that is about its table as a whole."""
    metadata = contracts()[name].Config.metadata or table(name)
    return metadata["table"]


def meaning_of_a_row(name: str) -> str:
    """Say what one row of a table is: the first line of its contract's docstring."""
    return (contracts()[name].__doc__ or "").partition("\n")[0]


@cache
def columns(name: str) -> dict[str, Column]:
    """Give the columns of a table by their names, in contract order."""
    return {
        name: Column(
            name=name,
            sql_type=_sql_type(field.dtype.type),
            nullable=field.nullable,
            checks=tuple((check.name, check.statistics or {}) for check in field.checks),
            meaning=field.description or "",
            unit=(field.metadata or {}).get("unit"),
            references=(field.metadata or {}).get("references", ""),
        )
        for name, field in contracts()[name].to_schema().columns.items()
    }


def listed(name: str) -> str:
    """List the columns of a table for SQL, in contract order."""
    return ", ".join(f'"{column}"' for column in columns(name))


def amounts(name: str) -> frozenset[str]:
    """Name the columns of a table that hold energy or money; a booking taken back negates them."""
    return frozenset(column.name for column in columns(name).values() if column.unit in {"kWh", "EUR"})


def _sql_type(dtype: Any) -> str:  # noqa: ANN401
    if isinstance(dtype, pl.Decimal):
        return f"decimal({dtype.precision}, {dtype.scale})"
    return SQL_TYPES[dtype if isinstance(dtype, type) else type(dtype)]


def _descendants(contract: type[Contract]) -> list[type[Contract]]:
    return [c for child in contract.__subclasses__() for c in (child, *_descendants(child))]
