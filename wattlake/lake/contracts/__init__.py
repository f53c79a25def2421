"""Contracts: one pandera model per table, the only description of its columns.

A contract is a class in any module of this package. The tables in the catalog, the column comments, the gates of a
build and the data dictionary are made from it, and nothing needs to be registered: ``contracts()`` finds them all.
"""

import importlib
import pkgutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

import pandera.polars as pa
import polars as pl

from wattlake.lake.contracts.promises import Apart, Group, Rule, Total, Unbroken
from wattlake.lake.contracts.quarantine import quarantine_of

Utc = Annotated[pl.Datetime, "us", None]
"""An instant in UTC; the column's name ends in ``_utc``."""

SQL_TYPES: dict[Any, str] = {
    pl.String: "varchar",
    pl.Int64: "bigint",
    pl.Int32: "integer",
    pl.Float64: "double",
    pl.Boolean: "boolean",
    pl.Date: "date",
    pl.Datetime: "timestamp",
}


class Contract(pa.DataFrameModel):
    """The base of every contract. The first line of a contract's docstring says what one row is."""


@dataclass(frozen=True)
class Table:
    """What a contract says of its table as a whole.

    Attributes:
        name: ``layer.table``.
        key: the columns that name one row; no two rows share them.
        partitioned_by: DuckLake partition expressions, such as ``year(period_start_utc)``.
        look_back_days: a change on a day also changes this many days after it (the model looks back so far).
        look_ahead_days: a change on a day also changes this many days before it.
        rules: what holds in every row, beyond the bounds of its columns.
        groups: what holds of groups of rows.
        apart: stretches of time that do not overlap.
        unbroken: stretches of time that leave no gap.
        totals: other tables that its numbers are sums of.
        fresh_within_days: how old the newest period may be at a build.
        volume: the aggregate that says how much a day has, to be held against the same weekday of the weeks before.
    """

    name: str
    key: tuple[str, ...] = ()
    partitioned_by: tuple[str, ...] = ()
    look_back_days: int = 0
    look_ahead_days: int = 0
    rules: tuple[Rule, ...] = ()
    groups: tuple[Group, ...] = ()
    apart: tuple[Apart, ...] = ()
    unbroken: tuple[Unbroken, ...] = ()
    totals: tuple[Total, ...] = ()
    fresh_within_days: int | None = None
    volume: str = ""


def table(name: str, key: Sequence[str] = (), **said: Any) -> dict[str, Table]:  # noqa: ANN401
    """What a contract's ``Config.metadata`` holds; the arguments are those of ``Table``."""
    return {"table": Table(name, tuple(key), **said)}


def column(meaning: str, unit: str | None = None, references: str = "", **bounds: Any) -> Any:  # noqa: ANN401
    """A column: its meaning, its unit (also in its name) and its bounds.

    Args:
        meaning: one sentence for the data dictionary, the catalog's comment and the dashboard's help text.
        unit: the unit as printed, such as ``Wh``.
        references: the column whose values it takes, such as ``gold.zone.zone``.
        bounds: pandera's own ``nullable``, ``ge``, ``le``, ``gt``, ``lt``, ``isin``, ``alias``.
    """
    return pa.Field(description=meaning, metadata={"unit": unit, "references": references}, **bounds)


def bronze(name: str, meaning: str = "as the source wrote it", nullable: bool = True) -> Any:  # noqa: ANN401
    """A bronze column: the source's own name for it, always text."""
    return pa.Field(alias=name, description=meaning, nullable=nullable, metadata={"unit": None})


PROVENANCE = ("measured", "simulated", "estimated")


def provenance() -> Any:  # noqa: ANN401
    """The column that says where a row's numbers come from."""
    return column("Whether the row is measured, simulated or estimated", isin=PROVENANCE)


def known_at() -> Any:  # noqa: ANN401
    """The column that says when the world could have known a row."""
    return column(
        "When the world could have known the row: the fetch, or for history fetched later the end of its period "
        "plus the source's usual delay"
    )


def landing() -> Any:  # noqa: ANN401
    """The column that ties a row to the landing it came with."""
    return column("Landing the row came with", references="ops.landing.landing_id", alias="_landing_id")


class Bronze(Contract):
    """The columns every bronze table has beside the source's own."""

    landing_id: int = landing()
    fetched_at_utc: Utc = pa.Field(alias="_fetched_at_utc", description="When we had the row", metadata={"unit": None})


@dataclass(frozen=True)
class Column:
    """One column as SQL sees it: its name, SQL type, nullability, bounds, meaning, unit and what it refers to."""

    name: str
    sql_type: str
    nullable: bool
    checks: tuple[tuple[str, dict[str, Any]], ...]
    meaning: str
    unit: str | None
    references: str = ""


class Quarantine(Contract):
    """One reading that did not become a row of its silver table, and why."""

    landing_id: int = landing()
    quarantine_reason: str = column("Why the reading was set aside")
    original: str = column("The reading as its source wrote it, as JSON")


@cache
def contracts() -> dict[str, type[Contract]]:
    """Every contract by table name, in the order of the names; each silver table has a quarantine beside it."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    found = {c.Config.metadata["table"].name: c for c in _descendants(Contract) if c.Config.metadata}
    found |= {quarantine_of(name): Quarantine for name in found if name.startswith("silver.")}
    return dict(sorted(found.items()))


def spec(name: str) -> Table:
    """What the contract of a table says of the table as a whole."""
    said = contracts()[name].Config.metadata or table(name)
    return said["table"]


def meaning_of_a_row(name: str) -> str:
    """What one row of a table is: the first line of its contract's docstring."""
    return (contracts()[name].__doc__ or "").partition("\n")[0]


@cache
def columns(name: str) -> dict[str, Column]:
    """The columns of a table, in contract order."""
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
    """The columns of a table as SQL lists them, in contract order, whatever their order in the catalog."""
    return ", ".join(f'"{column}"' for column in columns(name))


def _sql_type(dtype: Any) -> str:  # noqa: ANN401
    if isinstance(dtype, pl.Decimal):
        return f"decimal({dtype.precision}, {dtype.scale})"
    return SQL_TYPES[dtype if isinstance(dtype, type) else type(dtype)]


def _descendants(contract: type[Contract]) -> list[type[Contract]]:
    return [c for child in contract.__subclasses__() for c in (child, *_descendants(child))]
