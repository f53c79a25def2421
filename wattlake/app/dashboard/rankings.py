"""The lists of members who are first by something."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from wattlake.app.dashboard import widgets
from wattlake.app.dashboard.cards import energy, written
from wattlake.app.dashboard.charts import market
from wattlake.app.dashboard.charts.style import COLOURS
from wattlake.app.dashboard.links import go
from wattlake.app.dashboard.snapshot import meaning

KPI = "warehouse.kpi_member"


@dataclass(frozen=True)
class Ranking:
    """One list of the members who are first by a quantity.

    Attributes:
        title: of the chart.
        by: the quantity.
        axis: the title of its axis, with the unit.
        colour: whose it has.
        who: which members are in it, where not all are.
    """

    title: str
    by: str
    axis: str
    colour: str
    who: str = ""

    def label(self, row: dict[str, Any]) -> str:
        """Write what stands on a member's bar, beside what the axis says: short, for a phone."""
        return {
            "sold_kwh": f"{row['sales_eur']:,.2f} EUR · {row['sales']:,}×",
            "saving_eur": f"{energy(row['bought_kwh'])} · {row['purchases']:,}×",
            "self_sufficiency_ratio": written("self_sufficiency_ratio", row["self_sufficiency_ratio"]),
        }[self.by]

    def words(self, row: dict[str, Any]) -> str:
        """Write all that is known of a member in its list."""
        sufficient = written("self_sufficiency_ratio", row["self_sufficiency_ratio"])
        return {
            "sold_kwh": f"{energy(row['sold_kwh'])} · {row['sales_eur']:,.2f} EUR · {row['sales']:,} trades",
            "saving_eur": f"{row['saving_eur']:,.2f} EUR · {energy(row['bought_kwh'])} · {row['purchases']:,} trades",
            "self_sufficiency_ratio": f"{sufficient} · saves {row['saving_eur']:,.2f} EUR",
        }[self.by]


RANKINGS = (
    Ranking("Top sellers", "sold_kwh", "Sold to neighbours (kWh)", "sold"),
    Ranking("Top buyers by savings", "saving_eur", "Saved (EUR)", "bought", "Of those who bought more than they sold."),
    Ranking("Most self-sufficient", "self_sufficiency_ratio", "Self-sufficiency", "self_consumption"),
)


def show_ranking(ranking: Ranking, first: pl.DataFrame) -> None:
    """Draw the members who are first by a quantity; a click on one opens its page.

    Args:
        ranking: by what.
        first: as ``queries.performance.top_members`` gives them.
    """
    if first.is_empty():
        widgets.nothing(f"{ranking.title}: nobody in this period.")
        return
    rows = list(first.iter_rows(named=True))
    words = pl.Series("words", [ranking.words(row) for row in rows])
    labels = pl.Series("label", [ranking.label(row) for row in rows])
    widgets.chart(
        ranking.title,
        market.ranking(first.with_columns(words, labels), ranking.by, ranking.axis, COLOURS[ranking.colour]),
        f"The ten members who are first by {ranking.by.rpartition('_')[0].replace('_', ' ')}: {'; '.join(words)}",
        first,
        f"{meaning(KPI, ranking.by)} {ranking.who} A click on a bar opens the member.",
        on_click=lambda row: go("member", member=first["user_id"][row]),
    )
