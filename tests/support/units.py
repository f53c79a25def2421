"""Energy and money as whole numbers, the least there is of them: milliwatt-hours and micro-euros."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import polars as pl

SIX = pl.Decimal(18, 6)
KWH = 1_000_000
"""Whole milliwatt-hours of a kilowatt-hour."""
COUNTED = ("_kwh", "_eur")


def of_units(number: int | None) -> Decimal | None:
    """Energy in kWh or money in EUR, of so many whole units."""
    return None if number is None else Decimal(number).scaleb(-6)


def in_units(frame: pl.DataFrame) -> pl.DataFrame:
    """The same rows with all energy, money and prices for a kWh in whole units."""
    names = [name for name in frame.columns if name.endswith(COUNTED)]
    return frame.with_columns((pl.col(names) * KWH).cast(pl.Int64))


def stored_units(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as the lake stores it, of one whose energy and money are in whole units."""
    return {
        name: of_units(value) if name.endswith(COUNTED) and isinstance(value, int) else value
        for name, value in row.items()
    }


def stored_in_units(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows as the lake stores them."""
    return [stored_units(row) for row in rows]
