"""The kinds of column that many tables have, one for each quantity; and partitions.

A quantity has one unit and one type in all layers: energy is kWh, money EUR, both with six decimals and stored as whole
numbers of 64 bits. The least energy is a milliwatt-hour, the least money a micro-euro.
"""

from decimal import Decimal
from typing import Annotated, Any

from wattlake.lake.contracts.base import column

MONTHLY = ("year(period_start_utc)", "month(period_start_utc)")
YEARLY = ("year(period_start_utc)",)

READING_MINUTES = [minutes for minutes in range(1, 61) if 60 % minutes == 0]
"""The lengths that a reading may have: whole parts of an hour, so that on its grid none reaches beyond its hour."""

Kwh = Annotated[Decimal, 18, 6]
Kw = Annotated[Decimal, 18, 6]
Eur = Annotated[Decimal, 18, 6]
EurPerKwh = Annotated[Decimal, 18, 6]
EurPerMwh = Annotated[Decimal, 12, 4]
Co2Kg = Annotated[Decimal, 18, 10]
"""A milliwatt-hour at a tenth of a gram for each kWh is a ten-thousandth of a milligram: products are exact."""
Share = Annotated[Decimal, 5, 4]


def kwh(meaning: str, nullable: bool = False, is_signed: bool = False) -> Any:  # noqa: ANN401
    """Make a column of energy in kWh, exact to the milliwatt-hour; signed or not negative."""
    return column(meaning, "kWh", nullable=nullable, ge=None if is_signed else 0)


def eur(meaning: str, nullable: bool = False) -> Any:  # noqa: ANN401
    """Make a column of money in euros, exact to the micro-euro."""
    return column(meaning, "EUR", nullable=nullable)


def eur_per_kwh(meaning: str, nullable: bool = False) -> Any:  # noqa: ANN401
    """Make a column of prices in EUR for a kWh, exact to the micro-euro."""
    return column(meaning, "EUR/kWh", nullable=nullable)


def co2_kg(meaning: str, nullable: bool = False, is_signed: bool = False) -> Any:  # noqa: ANN401
    """Make a column of carbon dioxide in kilograms, exact for any energy and intensity."""
    return column(meaning, "kg", nullable=nullable, ge=None if is_signed else 0)


def share(meaning: str) -> Any:  # noqa: ANN401
    """Make a column of a part of a whole, from 0 to 1 and to four places, or unknown."""
    return column(meaning, nullable=True, ge=0, le=1)
