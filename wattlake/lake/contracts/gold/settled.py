"""The slots, positions and trades of the ledger, as they were booked."""

from wattlake.lake.contracts.base import PROVENANCE, Contract, Utc, column, table
from wattlake.lake.contracts.promises import SLOTS, Group, Rule
from wattlake.lake.contracts.units import MONTHLY, Eur, EurPerKwh, Kwh, eur, eur_per_kwh, kwh

ENTRIES = (1, -1)
BALANCES = (
    Rule(
        "consumption is self-consumption, bought and drawn",
        "consumption_kwh = self_consumption_kwh + bought_kwh + grid_import_kwh",
    ),
    Rule(
        "production is self-consumption, sold and fed in",
        "production_kwh = self_consumption_kwh + sold_kwh + grid_export_kwh",
    ),
)
"""Energy is conserved, traded energy included."""


def sold_is_bought(*by: str) -> Group:
    """Make the rule that members buy, and pay for, exactly what other members sell."""
    return Group(
        "what is sold is bought, and paid for",
        by,
        "sum(sold_kwh) = sum(bought_kwh) and sum(sold_eur) = sum(bought_eur)",
    )


class SettledSlot(Contract):
    """One slot as it was booked once; the version with the highest number counts."""

    settlement_id: int = column("Link that booked it", references="ops.settlement.settlement_id")
    period_start_utc: Utc = column("Start of the slot")
    period_minutes: int = column("Length of the slot", "min", isin=[15, 30, 60])
    version: int = column("How often the slot has been booked", ge=1)
    buy_eur_per_kwh: EurPerKwh = eur_per_kwh(
        "What the grid charged; empty where nothing is left to settle", nullable=True
    )
    sell_eur_per_kwh: EurPerKwh = eur_per_kwh(
        "What the grid paid; empty where nothing is left to settle", nullable=True
    )
    fee_eur_per_kwh: EurPerKwh = eur_per_kwh(
        "What the community takes of a buyer for what is traded; empty where nothing is left to settle", nullable=True
    )
    supply_kwh: Kwh = kwh("What all members had left over")
    demand_kwh: Kwh = kwh("What all members lacked")
    traded_kwh: Kwh = kwh("What was traded")
    is_provisional: bool = column("Whether some energy of the slot is not, or not wholly, read")
    sha256: str = column("SHA-256 over the slot's canonical rows")

    class Config:
        metadata = table(
            "gold.settled_slot",
            key=("period_start_utc", "version"),
            partitioned_by=MONTHLY,
            rules=(SLOTS, Rule("no more is traded than there is", "traded_kwh <= least(supply_kwh, demand_kwh)")),
        )


class SettledPosition(Contract):
    """One member's energy and money in one slot as it was booked, or a booking of before taken back.

    The rows of a slot add up to what counts: each new version begins with the negated rows of the one before.
    """

    settlement_id: int = column("Link that booked it", references="ops.settlement.settlement_id")
    entry: int = column("1 is a booking, -1 takes back one of before, with all numbers negated", isin=ENTRIES)
    period_start_utc: Utc = column("Start of the slot")
    member_id: str = column("Member of the community")
    zone: str = column("Zone of the member in the slot")
    consumption_kwh: Kwh = kwh("What the member consumed", is_signed=True)
    production_kwh: Kwh = kwh("What the member's panels produced", is_signed=True)
    self_consumption_kwh: Kwh = kwh("The part of production consumed in the same slot", is_signed=True)
    bought_kwh: Kwh = kwh("What the member bought from neighbours", is_signed=True)
    sold_kwh: Kwh = kwh("What the member sold to neighbours", is_signed=True)
    grid_import_kwh: Kwh = kwh("What the member drew from the grid, after what was bought", is_signed=True)
    grid_export_kwh: Kwh = kwh("What the member fed into the grid, after what was sold", is_signed=True)
    bought_eur: Eur = eur("What the member pays its neighbours")
    sold_eur: Eur = eur("What its neighbours pay the member")
    fee_eur: Eur = eur("What the member pays the community for what was bought")
    grid_import_eur: Eur = eur("What the member pays the grid")
    grid_export_eur: Eur = eur("What the grid pays the member")
    alone_eur: Eur = eur("What the member would pay the grid, less what it would be paid, without neighbours")
    is_provisional: bool = column("Whether some of this energy is not, or not wholly, read")
    provenance: str = column("measured, simulated or estimated", isin=PROVENANCE)

    class Config:
        metadata = table(
            "gold.settled_position",
            key=("settlement_id", "period_start_utc", "member_id", "entry"),
            partitioned_by=MONTHLY,
            rules=(
                *BALANCES,
                *(
                    Rule(f"{name} is not negative in a booking", f"{name} * entry >= 0", dimension="validity")
                    for name in ("self_consumption_kwh", "bought_kwh", "sold_kwh", "grid_import_kwh", "grid_export_kwh")
                ),
            ),
            groups=(sold_is_bought("settlement_id", "period_start_utc", "entry"),),
        )


class SettledTrade(Contract):
    """What one member sold to one other in one slot as it was booked, or a booking of before taken back.

    Pairs are found by laying what is sold and what is bought over each other: first inside each zone, members by id;
    then, for what is left of one side, over all zones. Zones follow each other in one fixed order: it begins with the
    first by name, and the next is the one whose centre is nearest to the last one's (ties by name).
    """

    settlement_id: int = column("Link that booked it", references="ops.settlement.settlement_id")
    entry: int = column("1 is a booking, -1 takes back one of before, with all numbers negated", isin=ENTRIES)
    period_start_utc: Utc = column("Start of the slot")
    seller_id: str = column("Member who sold")
    buyer_id: str = column("Member who bought")
    energy_kwh: Kwh = kwh("Energy sold", is_signed=True)
    price_eur_per_kwh: EurPerKwh = eur_per_kwh("Price of the seller in the slot; never negated")
    amount_eur: Eur = eur("What the buyer pays the seller")

    class Config:
        metadata = table(
            "gold.settled_trade",
            key=("settlement_id", "period_start_utc", "seller_id", "buyer_id", "entry"),
            partitioned_by=MONTHLY,
            rules=(
                Rule("nobody trades with themselves", "seller_id <> buyer_id", dimension="validity"),
                Rule("energy is sold in a booking", "energy_kwh * entry > 0", dimension="validity"),
            ),
        )
