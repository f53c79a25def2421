"""Key figures as cards: their names, units and changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from wattlake.app.dashboard.snapshot import meaning

KPI = "warehouse.kpi_group"
MOST_TIMES = 9
"""A figure that grows by more than so many times itself is told as an amount."""


@dataclass(frozen=True)
class Card:
    """One key figure: a column of a query's row.

    Attributes:
        label: what people call it.
        column: the column; its ending says the unit.
        explained_by: the column of a table whose meaning explains it, as ``schema.table.column``.
        remark: what the contracts do not say of it.
        delta_color: whether a rise is good (normal) or neither good nor bad (off).
    """

    label: str
    column: str
    explained_by: str = ""
    remark: str = ""
    delta_color: Literal["normal", "off"] = "normal"

    def value(self, totals: Mapping[str, Any]) -> str:
        """Write the figure as text with its unit; a dash where it is not defined."""
        return written(self.column, totals[self.column])

    def change(self, totals: Mapping[str, Any], before: Mapping[str, Any] | None) -> str | None:
        """Write the change against the period before; None if unknown.

        It is per cent of an amount, points of a ratio, and the difference itself where it was nothing, a loss or less
        than a tenth: per cent of these say nothing.
        """
        if before is None or totals[self.column] is None or before[self.column] is None:
            return None
        difference = totals[self.column] - before[self.column]
        if self.column.endswith("_ratio"):
            return f"{100 * difference:+.1f} points"
        if self.column.endswith("members"):
            return f"{difference:+,}"
        if not difference:
            return None if not before[self.column] else "+0.0 %"
        if before[self.column] <= 0 or difference > MOST_TIMES * before[self.column]:
            return f"{'+' if difference > 0 else ''}{written(self.column, difference)}"
        return f"{100 * difference / before[self.column]:+.1f} %"

    def help(self) -> str:
        """Give the help text: the contracts' words, then the remark."""
        table, _, column = self.explained_by.rpartition(".")
        text = meaning(table, column) if column else ""
        return f"{text} {self.remark}".strip()


def written(column: str, number: float | None) -> str:
    """Write a number with the unit its column's name ends in; a dash where there is none."""
    if number is None:
        return "–"
    if column.endswith("_ratio"):
        return f"{number:.1%}".replace("%", " %")
    if column.endswith("_kwh"):
        return energy(number)
    for ending, unit in (("_eur", "EUR"), ("_kg", "kg"), ("_km", "km")):
        if column.endswith(ending):
            return f"{number:,.0f} {unit}" if abs(number) >= 10_000 else f"{number:,.2f} {unit}"
    return f"{number:,.3f}" if isinstance(number, float) else f"{number:,}"


def energy(kwh: float) -> str:
    """Write an amount of energy: in kWh, from 10,000 kWh on in MWh."""
    return f"{kwh / 1000:,.1f} MWh" if abs(kwh) >= 10_000 else f"{kwh:,.1f} kWh"


def show(
    cards: Sequence[Card],
    now: Mapping[str, Any],
    before: Mapping[str, Any] | None = None,
    year_before: Mapping[str, Any] | None = None,
) -> None:
    """Draw cards in a row, each with its change against the period before.

    The help of a card tells its change against the year before.
    """
    for column, card in zip(st.columns(len(cards)), cards, strict=True):
        change = card.change(now, before)
        a_year_ago = card.change(now, year_before)
        help_text = " ".join([card.help(), *([f"Against the year before: {a_year_ago}."] if a_year_ago else [])])
        column.metric(
            card.label,
            card.value(now),
            change,
            delta_color=card.delta_color,
            help=help_text or None,
            border=True,
            height="stretch",
        )
