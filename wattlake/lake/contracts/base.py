"""The base of contracts: a class per table, a column per attribute, and the columns that many tables have."""

import inspect
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

from wattlake.lake.contracts.declared import Declared
from wattlake.lake.contracts.declared import column as column
from wattlake.lake.contracts.promises import Apart, Group, Rule, Total, Unbroken

if TYPE_CHECKING:
    import pandera.polars as pa

Utc = Annotated[datetime, "us", None]
"""An instant in UTC; the column's name ends in ``_utc``."""


class Contract:
    """The base of every contract. The first line of a contract's docstring says what one row is."""

    Config: ClassVar[Any] = type("Config", (), {"metadata": None})

    @classmethod
    def declared(cls) -> dict[str, tuple[Any, Declared]]:
        """Give the type and the declaration of each column by its name, in contract order."""
        attributes: dict[str, Any] = {}
        for contract in reversed(cls.__mro__):
            attributes |= {
                name: kind
                for name, kind in inspect.get_annotations(contract).items()
                if isinstance(getattr(cls, name), Declared)
            }
        return {getattr(cls, name).alias or name: (kind, getattr(cls, name)) for name, kind in attributes.items()}

    @classmethod
    def to_schema(cls) -> "pa.DataFrameSchema":
        """Make the schema that validates a frame; only who validates one waits for pandera."""
        from wattlake.lake.contracts.schema import frame_schema

        return frame_schema(cls)


@dataclass(frozen=True)
class Table:
    """The part of a contract that is about its table as a whole.

    Attributes:
        name: ``layer.table``.
        key: the columns that name one row; no two rows share them.
        partitioned_by: DuckLake partition expressions, such as ``year(period_start_utc)``.
        look_back_days: a change on a day also changes this many days after it (the model looks back so far).
        look_ahead_days: a change on a day also changes this many days before it.
        has_intervals: a row is of ``period_minutes`` from its start, a whole part of an hour on its grid (``SLOTS``);
            rows that share the rest of the key do not overlap.
        rules: what holds in every row, beyond the bounds of its columns.
        groups: what holds of groups of rows.
        apart: stretches of time that do not overlap.
        unbroken: stretches of time that leave no gap.
        totals: other tables that its numbers are sums of.
        held: a column that refers to entries with stretches of time, and others that an entry has, too: one that has
            the values of all of them holds when the row's period starts.
        shows: of a view, the table whose rows it shows one by one; what is given there is given here.
        fresh_within_days: how old the newest period may be at a build.
        volume: the aggregate that says how much a day has, to be held against the same weekday of the weeks before.
    """

    name: str
    key: tuple[str, ...] = ()
    partitioned_by: tuple[str, ...] = ()
    look_back_days: int = 0
    look_ahead_days: int = 0
    has_intervals: bool = False
    rules: tuple[Rule, ...] = ()
    groups: tuple[Group, ...] = ()
    apart: tuple[Apart, ...] = ()
    unbroken: tuple[Unbroken, ...] = ()
    totals: tuple[Total, ...] = ()
    held: tuple[str, ...] = field(default=(), repr=False)  # What is only checked makes no table anew.
    shows: str = field(default="", repr=False)
    fresh_within_days: int | None = None
    volume: str = ""


@dataclass(frozen=True)
class OwnTable(Table):
    """The same of a table of the project that its functions have a part in.

    Attributes:
        made_by: the function that makes its rows from those of its SELECT, frame in and frame out.
        sets_failures_aside: whether a row on which a function fails is set aside, where else all is rolled back.
    """

    made_by: str = ""
    sets_failures_aside: bool = False


def table(name: str, key: Sequence[str] = (), **promises: Any) -> dict[str, Table]:  # noqa: ANN401
    """Make a contract's ``Config.metadata`` of the arguments of ``Table`` or ``OwnTable``."""
    kind = OwnTable if promises.keys() & {"made_by", "sets_failures_aside"} else Table
    return {"table": kind(name, tuple(key), **promises)}


def bronze(name: str, meaning: str = "as the source wrote it", nullable: bool = True) -> Any:  # noqa: ANN401
    """Make a bronze column: always text, under the source's own name for it."""
    return column(meaning, alias=name, nullable=nullable)


PROVENANCE = ("measured", "simulated", "estimated")


def provenance() -> Any:  # noqa: ANN401
    """Make the column that says where a row's numbers come from."""
    return column("Whether the row is measured, simulated or estimated", isin=PROVENANCE)


def known_at() -> Any:  # noqa: ANN401
    """Make the column that says when the world could have known a row."""
    return column(
        "When the world could have known the row: the fetch, or for history fetched later the end of its period "
        "plus the source's usual delay"
    )


def landing() -> Any:  # noqa: ANN401
    """Make the column that ties a row to the landing it came with."""
    return column("Landing the row came with", references="ops.landing.landing_id", alias="_landing_id")


class Bronze(Contract):
    """The columns that every bronze table has beside the source's own."""

    landing_id: int = landing()
    fetched_at_utc: Utc = column("When we had the row", alias="_fetched_at_utc")


class Quarantine(Contract):
    """One reading that did not become a row of its silver table, and why."""

    landing_id: int = landing()
    quarantine_reason: str = column("Why the reading was set aside")
    original: str = column("The reading as its source wrote it, as JSON")
