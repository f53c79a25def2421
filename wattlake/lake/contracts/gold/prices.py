"""Prices of energy in each slot: on the exchange, and at the grid."""

from decimal import Decimal
from typing import Annotated

from wattlake.lake.contracts.base import PROVENANCE, Contract, Utc, column, provenance, table
from wattlake.lake.contracts.promises import SLOTS
from wattlake.lake.contracts.units import YEARLY, EurPerKwh, eur_per_kwh


class SpotPrice(Contract):
    """One bidding zone's day-ahead price in one slot of the lake."""

    bidding_zone: str = column("Bidding zone of the day-ahead auction")
    period_start_utc: Utc = column("Start of the slot")
    period_minutes: int = column("Length of the slot", "min", isin=[15, 30, 60])
    spot_eur_per_mwh: Annotated[Decimal, 12, 4] = column(
        "Day-ahead price of the slot, time-weighted where the market's periods are shorter", "EUR/MWh"
    )
    provenance: str = provenance()
    known_at_utc: Utc = column("When the world could have known the price: its publication, or the fetch if earlier")

    class Config:
        metadata = table(
            "gold.spot_price",
            key=("bidding_zone", "period_start_utc"),
            partitioned_by=YEARLY,
            # A period may reach over midnight.
            look_back_days=1,
            rules=(SLOTS,),
            volume="count(*)",
        )


class GridSlot(Contract):
    """The grid in one slot: what it charges and pays for a kilowatt-hour, and how much carbon dioxide that costs.

    Prices are those of the settings of today; what was settled keeps the terms of its time (``ops.settlement``).
    """

    period_start_utc: Utc = column("Start of the slot")
    period_minutes: int = column("Length of the slot", "min", isin=[15, 30, 60])
    bidding_zone: str = column("Bidding zone of the day-ahead auction")
    spot_eur_per_mwh: Annotated[Decimal, 12, 4] = column(
        "Day-ahead price of the slot; empty where there is none", "EUR/MWh", nullable=True
    )
    buy_eur_per_kwh: EurPerKwh = eur_per_kwh(
        "What the grid charges a member, all in; empty without a spot price it depends on", nullable=True
    )
    sell_eur_per_kwh: EurPerKwh = eur_per_kwh(
        "What the grid pays a member for what is fed in; empty without a spot price it depends on", nullable=True
    )
    price_category: str = column(
        "low or high: below the first or beyond the third quartile of the 30 days before the slot's UTC day",
        isin=["low", "normal", "high"],
        nullable=True,
    )
    carbon_gco2_per_kwh: Annotated[Decimal, 6, 1] = column("Carbon dioxide of the grid's electricity", "gCO₂/kWh", ge=0)
    is_carbon_known: bool = column("Whether that is of the slot; else it is the setting's constant")
    provenance: str = column(
        "Whether the spot price is measured, simulated or estimated", isin=PROVENANCE, nullable=True
    )

    class Config:
        metadata = table(
            "gold.grid_slot",
            key=("period_start_utc",),
            partitioned_by=YEARLY,
            look_back_days=30,
            rules=(SLOTS,),
        )
