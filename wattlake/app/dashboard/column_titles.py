"""What stands above the columns of tables: words, with the unit that a name ends in."""

from typing import Any

import polars as pl
import streamlit as st


def column_titles(numbers: pl.DataFrame) -> dict[str, Any]:
    """Title columns as people read them: words, with the unit that the name ends in."""
    return {name: _column(name, kind) for name, kind in numbers.schema.items()}


UNITS = {
    "_eur_per_kwh": "EUR/kWh",
    "_kwh": "kWh",
    "_eur": "EUR",
    "_kg": "kg",
    "_km": "km",
    "_kwp": "kWp",
    "_utc": "UTC",
    "_pct": "%",
    "_degrees": "°",
    "_seconds": "s",
    "_mb": "MB",
}


def _column(name: str, kind: pl.DataType) -> Any:  # noqa: ANN401
    unit = next((ending for ending in UNITS if name.endswith(ending)), "")
    words = name.removesuffix(unit).replace("_", " ").strip().capitalize()
    title = f"{words} ({UNITS[unit]})" if unit else words
    if name.endswith("_ratio"):
        return st.column_config.NumberColumn(words.removesuffix(" ratio"), format="percent")
    if kind == pl.Datetime:
        return st.column_config.DatetimeColumn(title, format="YYYY-MM-DD HH:mm")
    if kind == pl.Date:
        return st.column_config.DateColumn(title, format="YYYY-MM-DD")
    if kind.is_float() or kind.is_decimal():
        return st.column_config.NumberColumn(title, format="%.4f" if unit == "_eur_per_kwh" else "%.2f")
    return title
