"""The kinds of column that many tables have, by their units; and the partitions of periods."""

from typing import Annotated, Any

import polars as pl

from wattlake.lake.contracts.base import column

MONTHLY = ("year(period_start_utc)", "month(period_start_utc)")
YEARLY = ("year(period_start_utc)",)

Kwh = Annotated[pl.Decimal, 18, 3]
Eur = Annotated[pl.Decimal, 18, 6]
Share = Annotated[pl.Decimal, 5, 4]


def energy(meaning: str, nullable: bool = False) -> Any:  # noqa: ANN401
    """Make a column of energy: whole watt-hours, never negative."""
    return column(meaning, "Wh", ge=0, nullable=nullable)


def wh(meaning: str) -> Any:  # noqa: ANN401
    """Make a column of energy that is negative where a booking is taken back: whole watt-hours."""
    return column(meaning, "Wh")


def kwh(meaning: str, nullable: bool = False) -> Any:  # noqa: ANN401
    """Make a column of energy in kilowatt-hours, exact to the watt-hour."""
    return column(meaning, "kWh", ge=0, nullable=nullable)


def micro_eur(meaning: str) -> Any:  # noqa: ANN401
    """Make a column of settled money: whole micro-euros."""
    return column(meaning, "µEUR")


def micro_eur_per_kwh(meaning: str, nullable: bool = False) -> Any:  # noqa: ANN401
    """Make a column of prices: whole micro-euros for a kilowatt-hour."""
    return column(meaning, "µEUR/kWh", nullable=nullable)


def eur(meaning: str, unit: str = "EUR", nullable: bool = False) -> Any:  # noqa: ANN401
    """Make a column of money in euros, exact to the micro-euro."""
    return column(meaning, unit, nullable=nullable)


def share(meaning: str) -> Any:  # noqa: ANN401
    """Make a column of a part of a whole, from 0 to 1 and to four places, or unknown."""
    return column(meaning, nullable=True, ge=0, le=1)
