"""Prices from files: tariff sheets, and day-ahead prices of an exchange."""

from decimal import Decimal
from typing import Annotated

from wattlake.lake.contracts.base import Bronze, Contract, Utc, bronze, column, landing, provenance, table
from wattlake.lake.contracts.promises import SLOTS
from wattlake.lake.contracts.units import YEARLY


class Prices(Bronze):
    """One row of a file of prices, as it was written."""

    bidding_zone: str = bronze("bidding_zone", "Bidding zone, in the own layout")
    start: str = bronze("start", "Start of the period in the form of ISO 8601, in the own layout")
    minutes: str = bronze("minutes", "Length of the period, in the own layout; by default from the spacing of the file")
    price: str = bronze("price", "Price, in the own layout")
    unit: str = bronze("unit", "Unit of the price, `EUR/MWh`, `EUR/kWh` or `ct/kWh`, in the own layout")
    provenance: str = bronze("provenance", "`simulated` or `estimated`, where the price is; otherwise absent")
    line: int = column("Line in its file, of a file that has a mapping", nullable=True)
    cells: str = bronze("cells", "The row of a file that has a mapping, as JSON: column and what it holds")

    class Config:
        metadata = table("bronze.prices")


class ListedPrice(Contract):
    """The price of one bidding zone in one period, as its newest valid file says."""

    bidding_zone: str = column("Bidding zone of the power exchange, such as DE-LU")
    period_start_utc: Utc = column("Start of the period")
    period_minutes: int = column("Length of the period", "min", isin=[15, 30, 60])
    spot_eur_per_mwh: Annotated[Decimal, 12, 4] = column(
        "Price before markups, levies and taxes; negative where the seller pays", "EUR/MWh", ge=-10_000, le=10_000
    )
    provenance: str = provenance()
    known_at_utc: Utc = column("When the world could have known the price: its publication, or the landing if earlier")
    landing_id: int = landing()

    class Config:
        metadata = table(
            "silver.listed_price",
            key=("bidding_zone", "period_start_utc"),
            partitioned_by=YEARLY,
            has_intervals=True,
            rules=(SLOTS,),
        )
