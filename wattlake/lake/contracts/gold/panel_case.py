"""The faults of the solar fleet's panels."""

from wattlake.lake.contracts.base import Contract, Utc, column, provenance, table
from wattlake.lake.contracts.gold.panels import Ratio, ratio
from wattlake.lake.contracts.promises import MIDNIGHT, Rule
from wattlake.lake.contracts.units import YEARLY, Eur, Kwh, kwh

KINDS = (
    *("dead", "stuck reading", "swapped units", "tripped", "gaps", "clock offset", "shaded afternoons", "degraded"),
)
"""The faults a panel may have; of several at once the first counts."""


class PanelCase(Contract):
    """One day of a case: what is wrong with one panel on it, and what that costs."""

    plant_id: str = column("Plant")
    panel_id: str = column("Inverter or panel")
    period_start_utc: Utc = column("Start of the day")
    kind: str = column("What is wrong", isin=list(KINDS))
    began_utc: Utc = column("Start of the day on which it began, as far as the days before tell")
    loss_kwh: Kwh = kwh("What a panel in order would have given more; 0 where nothing but the reading is wrong")
    loss_eur: Eur = column("What that would have earned", "EUR", ge=0)
    peers_ratio: Ratio = ratio("Energy of what a panel in order gave, over the intervals that were read")
    provenance: str = provenance()

    class Config:
        metadata = table(
            "gold.panel_case",
            ("plant_id", "panel_id", "period_start_utc"),
            partitioned_by=YEARLY,
            look_back_days=9,
            rules=(MIDNIGHT, Rule("a case begins before it is found", "began_utc <= period_start_utc")),
        )
