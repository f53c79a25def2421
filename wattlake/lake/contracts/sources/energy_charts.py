"""Day-ahead prices from Energy-Charts."""

from decimal import Decimal
from typing import Annotated

from wattlake.lake.contracts.base import Bronze, Contract, Utc, bronze, column, landing, provenance, table
from wattlake.lake.contracts.promises import SLOTS
from wattlake.lake.contracts.units import YEARLY


class EnergyCharts(Bronze):
    """One price of an answer, as it was written."""

    bidding_zone: str = bronze("bidding_zone", "Bidding zone that was asked for")
    unix_seconds: str = bronze("unix_seconds", "Start of the period, in seconds since 1970")
    price: str = bronze("price")
    unit: str = bronze("unit", "Unit of the price, `EUR/MWh` or `EUR / MWh`")
    provenance: str = bronze("provenance", "`simulated` where the sandbox answered, otherwise absent")

    class Config:
        metadata = table("bronze.energy_charts")


class SpotPrice(Contract):
    """The day-ahead price of one bidding zone in one period."""

    bidding_zone: str = column("Bidding zone of the power exchange, such as DE-LU")
    period_start_utc: Utc = column("Start of the period")
    period_minutes: int = column("Length of the period, from the spacing of the answer", "min", isin=[15, 30, 60])
    spot_eur_per_mwh: Annotated[Decimal, 12, 4] = column(
        "Day-ahead price; negative where the seller pays", "EUR/MWh", ge=-10_000, le=10_000
    )
    provenance: str = provenance()
    known_at_utc: Utc = column("When the world could have known the price: its publication, or the fetch if earlier")
    landing_id: int = landing()

    class Config:
        metadata = table(
            "silver.spot_price",
            key=("bidding_zone", "period_start_utc"),
            partitioned_by=YEARLY,
            has_intervals=True,
            rules=(SLOTS,),
            fresh_within_days=3,
        )
