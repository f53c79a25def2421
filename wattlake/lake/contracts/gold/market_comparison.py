"""The same energy under other mechanisms."""

from wattlake.lake.contracts.base import Contract, Utc, column, table
from wattlake.lake.contracts.gold.settled import sold_is_bought
from wattlake.lake.contracts.promises import MIDNIGHT
from wattlake.lake.contracts.units import MONTHLY, Eur, Kwh, eur, kwh


class MarketComparison(Contract):
    """What one mechanism would make of one member's UTC day; computed when asked for, on the terms of then."""

    mechanism: str = column("Mechanism")
    member_id: str = column("Member of the community")
    period_start_utc: Utc = column("Start of the day")
    zone: str = column("Zone of the member at the end of the day")
    bought_kwh: Kwh = kwh("What the member would buy from neighbours")
    sold_kwh: Kwh = kwh("What the member would sell to neighbours")
    bought_eur: Eur = eur("What the member would pay its neighbours")
    sold_eur: Eur = eur("What its neighbours would pay the member")
    total_eur: Eur = eur("What the member would pay in all; negative where it would be paid")
    saving_eur: Eur = eur("What the community would save the member, against the grid alone")

    class Config:
        metadata = table(
            "gold.market_comparison",
            key=("mechanism", "member_id", "period_start_utc"),
            partitioned_by=MONTHLY,
            rules=(MIDNIGHT,),
            groups=(sold_is_bought("mechanism", "period_start_utc"),),
        )
