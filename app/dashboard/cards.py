"""Key figures: what each is called, how it is written, how its change is, and the colours of where it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from app.dashboard.answers import meaning

FLOW = "warehouse.fact_energy_flow"
BADGE_COLOURS: dict[str, Literal["green", "orange", "violet"]] = {
    "measured": "green",
    "simulated": "orange",
    "estimated": "violet",
}


@dataclass(frozen=True)
class Card:
    """One key figure: a column of ``queries.totals``.

    Attributes:
        label: what people call it.
        column: the column of ``queries.totals``; its ending says the unit.
        explained_by: the columns of ``warehouse.fact_energy_flow`` whose meaning explains it.
        remark: what the contracts do not say of it.
        delta_color: whether a rise is good (normal) or neither good nor bad (off).
    """

    label: str
    column: str
    explained_by: tuple[str, ...] = ()
    remark: str = ""
    delta_color: Literal["normal", "off"] = "normal"

    def value(self, totals: Mapping[str, Any]) -> str:
        """The figure as text with its unit; a dash where it is not defined."""
        number = totals[self.column]
        if number is None:
            return "–"
        if self.column.endswith("_ratio"):
            return f"{number:.1%}".replace("%", " %")
        return energy(number) if self.column.endswith("_kwh") else f"{number:,}"

    def change(self, totals: Mapping[str, Any], before: Mapping[str, Any] | None) -> str | None:
        """The change against the period before: per cent of energy, points of a ratio, members; None if unknown."""
        if before is None or totals[self.column] is None or before[self.column] is None:
            return None
        difference = totals[self.column] - before[self.column]
        if self.column.endswith("_ratio"):
            return f"{100 * difference:+.1f} points"
        if not self.column.endswith("_kwh"):
            return f"{difference:+,}"
        return f"{100 * difference / before[self.column]:+.1f} %" if before[self.column] else None

    def help(self) -> str:
        """The help text: the contracts' words, then the remark."""
        return " ".join([*(meaning(FLOW, column) for column in self.explained_by), self.remark]).strip()


def energy(kwh: float) -> str:
    """An amount of energy in the unit that keeps it short: kWh, from 10,000 kWh on MWh."""
    return f"{kwh / 1000:,.1f} MWh" if abs(kwh) >= 10_000 else f"{kwh:,.1f} kWh"


CARDS = (
    Card("Consumption", "consumption_kwh", ("consumption_kwh",), "Summed over the members.", "off"),
    Card("Production", "production_kwh", ("production_kwh",), "Summed over the members."),
    Card("Surplus", "surplus_kwh", ("surplus_kwh",), "Summed over members and slots.", "off"),
    Card(
        "Self-sufficiency",
        "self_sufficiency_ratio",
        ("self_consumption_kwh",),
        "Divided by consumption, where both production and consumption are known.",
    ),
    Card(
        "Self-consumption rate",
        "self_consumption_ratio",
        ("self_consumption_kwh",),
        "Divided by production, where both production and consumption are known.",
    ),
    Card("Active members", "active_members", remark="Members with known energy in at least one slot of the period."),
)
