"""The market: the grid's prices, the ledger in which the community's trades are booked, and what follows from it."""

from typing import Annotated, Any

import polars as pl

from lake.contracts import PROVENANCE, Contract, Utc, column, table
from lake.contracts.promises import MIDNIGHT, SLOTS, Group, Rule

MONTHLY = ("year(period_start_utc)", "month(period_start_utc)")
ENTRIES = (1, -1)
BALANCES = (
    Rule(
        "consumption is self-consumption, bought and drawn",
        "consumption_wh = self_consumption_wh + bought_wh + grid_import_wh",
    ),
    Rule(
        "production is self-consumption, sold and fed in",
        "production_wh = self_consumption_wh + sold_wh + grid_export_wh",
    ),
)
"""Energy is conserved, the traded part inside."""

SUMS_OF_MONEY = (
    Rule(
        "the parts add up to the total",
        "total_micro_eur = bought_micro_eur + fee_micro_eur + grid_import_micro_eur - sold_micro_eur "
        "- grid_export_micro_eur",
    ),
    Rule("the saving is against the grid alone", "saving_micro_eur = alone_micro_eur - total_micro_eur"),
)
"""What a member pays is the sum of its parts, and what it saves is the rest of what it would have paid."""


def wh(meaning: str, nullable: bool = False, **bounds: Any) -> Any:  # noqa: ANN401
    """A column of settled energy: whole watt-hours."""
    return column(meaning, "Wh", nullable=nullable, **bounds)


def micro_eur(meaning: str, nullable: bool = False) -> Any:  # noqa: ANN401
    """A column of settled money: whole micro-euros."""
    return column(meaning, "µEUR", nullable=nullable)


def micro_eur_per_kwh(meaning: str, nullable: bool = False) -> Any:  # noqa: ANN401
    """A column of prices: whole micro-euros for a kilowatt-hour."""
    return column(meaning, "µEUR/kWh", nullable=nullable)


class GridSlot(Contract):
    """The grid in one slot: what it charges and pays for a kilowatt-hour, and how much carbon dioxide that costs.

    Prices are those of the settings of today; what was settled keeps the terms of its time (``ops.settlement``).
    """

    period_start_utc: Utc = column("Start of the slot")
    period_minutes: int = column("Length of the slot", "min", isin=[15, 30, 60])
    bidding_zone: str = column("Bidding zone of the day-ahead auction")
    spot_eur_per_mwh: Annotated[pl.Decimal, 12, 4] = column(
        "Day-ahead price of the slot; empty where there is none", "EUR/MWh", nullable=True
    )
    buy_micro_eur_per_kwh: int = micro_eur_per_kwh(
        "What the grid charges a member, all in; empty without a spot price it depends on", nullable=True
    )
    sell_micro_eur_per_kwh: int = micro_eur_per_kwh(
        "What the grid pays a member for what is fed in; empty without a spot price it depends on", nullable=True
    )
    price_category: str = column(
        "low or high: below the first or beyond the third quartile of the 30 days before the slot's UTC day",
        isin=["low", "normal", "high"],
        nullable=True,
    )
    carbon_gco2_per_kwh: Annotated[pl.Decimal, 6, 1] = column(
        "Carbon dioxide of the grid's electricity", "gCO₂/kWh", ge=0
    )
    is_carbon_known: bool = column("Whether that is of the slot; else it is the setting's constant")
    provenance: str = column(
        "Whether the spot price is measured, simulated or estimated", isin=PROVENANCE, nullable=True
    )

    class Config:
        metadata = table(
            "gold.grid_slot",
            key=("period_start_utc",),
            partitioned_by=("year(period_start_utc)",),
            look_back_days=30,
            rules=(SLOTS,),
        )


class Settlement(Contract):
    """One booking of the slots of one UTC day: a link of the ledger's chain.

    Links are numbered in the order they were booked, and each has the hash of the one before it in its own. A day is
    booked again where its readings or prices changed; that is a new link, and breaks none.
    """

    settlement_id: int = column("Number of the link, in the order of booking", ge=1)
    period_start_utc: Utc = column("Start of the day")
    booked_at_utc: Utc = column("When it was booked; not part of the hash")
    mechanism: str = column("Mechanism the day is settled by")
    terms: str = column("All settings that the day is settled by, as JSON; kept when it is settled again")
    slots: int = column("Slots that were booked, for the first time or again", ge=1)
    reversed_slots: int = column("Of these, slots that had been booked before", ge=0)
    provisional_slots: int = column("Of these, slots in which some energy is not, or not wholly, read", ge=0)
    traded_wh: int = wh("Energy traded in these slots", ge=0)
    sha256: str = column("SHA-256 over the link before, the day, the terms and the hashes of the slots")
    previous_sha256: str = column("Hash of the link booked before; of the first, 64 zeros")
    run_id: str = column("Run that booked it")

    class Config:
        metadata = table(
            "ops.settlement",
            key=("settlement_id",),
            rules=(
                MIDNIGHT,
                Rule("no more slots are reversed than booked", "reversed_slots <= slots"),
                Rule("no more slots are provisional than booked", "provisional_slots <= slots"),
            ),
        )


class SettledSlot(Contract):
    """One slot as it was booked once; the version with the highest number counts."""

    settlement_id: int = column("Link that booked it", references="ops.settlement.settlement_id")
    period_start_utc: Utc = column("Start of the slot")
    period_minutes: int = column("Length of the slot", "min", isin=[15, 30, 60])
    version: int = column("How often the slot has been booked", ge=1)
    buy_micro_eur_per_kwh: int = micro_eur_per_kwh(
        "What the grid charged; empty where nothing is left to settle", nullable=True
    )
    sell_micro_eur_per_kwh: int = micro_eur_per_kwh(
        "What the grid paid; empty where nothing is left to settle", nullable=True
    )
    fee_micro_eur_per_kwh: int = micro_eur_per_kwh(
        "What the community takes of a buyer for what is traded; empty where nothing is left to settle", nullable=True
    )
    supply_wh: int = wh("What all members had left over", ge=0)
    demand_wh: int = wh("What all members lacked", ge=0)
    traded_wh: int = wh("What was traded", ge=0)
    is_provisional: bool = column("Whether some energy of the slot is not, or not wholly, read")
    sha256: str = column("SHA-256 over the slot's canonical rows")

    class Config:
        metadata = table(
            "gold.settled_slot",
            key=("period_start_utc", "version"),
            partitioned_by=MONTHLY,
            rules=(SLOTS, Rule("no more is traded than there is", "traded_wh <= least(supply_wh, demand_wh)")),
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
    consumption_wh: int = wh("What the member consumed")
    production_wh: int = wh("What the member's panels produced")
    self_consumption_wh: int = wh("The part of production consumed in the same slot")
    bought_wh: int = wh("What the member bought from neighbours")
    sold_wh: int = wh("What the member sold to neighbours")
    grid_import_wh: int = wh("What the member drew from the grid, after what was bought")
    grid_export_wh: int = wh("What the member fed into the grid, after what was sold")
    bought_micro_eur: int = micro_eur("What the member pays its neighbours")
    sold_micro_eur: int = micro_eur("What its neighbours pay the member")
    fee_micro_eur: int = micro_eur("What the member pays the community for what was bought")
    grid_import_micro_eur: int = micro_eur("What the member pays the grid")
    grid_export_micro_eur: int = micro_eur("What the grid pays the member")
    alone_micro_eur: int = micro_eur(
        "What the member would pay the grid, less what it would be paid, without neighbours"
    )
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
                    for name in ("self_consumption_wh", "bought_wh", "sold_wh", "grid_import_wh", "grid_export_wh")
                ),
            ),
            groups=(
                Group(
                    "what is sold is bought, and paid for",
                    ("settlement_id", "period_start_utc", "entry"),
                    "sum(sold_wh) = sum(bought_wh) and sum(sold_micro_eur) = sum(bought_micro_eur)",
                ),
            ),
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
    energy_wh: int = wh("Energy sold")
    price_micro_eur_per_kwh: int = micro_eur_per_kwh("Price of the seller in the slot; never negated")
    amount_micro_eur: int = micro_eur("What the buyer pays the seller")

    class Config:
        metadata = table(
            "gold.settled_trade",
            key=("settlement_id", "period_start_utc", "seller_id", "buyer_id", "entry"),
            partitioned_by=MONTHLY,
            rules=(
                Rule("nobody trades with themselves", "seller_id <> buyer_id", dimension="validity"),
                Rule("energy is sold in a booking", "energy_wh * entry > 0", dimension="validity"),
            ),
        )


def settled(meaning: str) -> Any:  # noqa: ANN401
    """A column of settled energy that what was taken back has been taken from: whole watt-hours, never negative."""
    return wh(meaning, ge=0)


class Sums(Contract):
    """What the settled slots of one member and one day or month have beside the day or month itself."""

    member_id: str = column("Member of the community")
    period_start_utc: Utc = column("Start of the day or month: midnight on the community's clock")
    zone: str = column("Zone of the member at the end of it")
    slots: int = column("Settled slots", ge=1)
    provisional_slots: int = column("Of these, slots whose energy is not, or not wholly, read", ge=0)
    consumption_wh: int = settled("What the member consumed")
    production_wh: int = settled("What the member's panels produced")
    self_consumption_wh: int = settled("The part of production consumed in the same slot")
    bought_wh: int = settled("What the member bought from neighbours")
    sold_wh: int = settled("What the member sold to neighbours")
    grid_import_wh: int = settled("What the member drew from the grid, after what was bought")
    grid_export_wh: int = settled("What the member fed into the grid, after what was sold")
    bought_micro_eur: int = micro_eur("What the member pays its neighbours")
    sold_micro_eur: int = micro_eur("What its neighbours pay the member")
    fee_micro_eur: int = micro_eur("What the member pays the community")
    grid_import_micro_eur: int = micro_eur("What the member pays the grid")
    grid_export_micro_eur: int = micro_eur("What the grid pays the member")
    alone_micro_eur: int = micro_eur(
        "What the member would pay the grid, less what it would be paid, without neighbours"
    )
    total_micro_eur: int = micro_eur("What the member pays in all; negative where it is paid")
    saving_micro_eur: int = micro_eur("What the community saves the member, against the grid alone")
    co2_saved_micro_g: int = column(
        "Carbon dioxide of as much energy from the grid as the member bought from neighbours, slot by slot; it is the "
        "buyer's, so that members add up to the community",
        "µg",
        ge=0,
    )


class MarketDaily(Sums):
    """What one member's settled slots of one day on the community's clock come to, as the ledger has it now."""

    local_date: pl.Date = column("Day on the community's clock")

    class Config:
        metadata = table(
            "gold.market_daily",
            key=("member_id", "period_start_utc"),
            partitioned_by=MONTHLY,
            # A local day reaches into the next UTC day.
            look_ahead_days=1,
            rules=(*BALANCES, *SUMS_OF_MONEY),
            groups=(
                Group(
                    "what is sold is bought, and paid for",
                    ("period_start_utc",),
                    "sum(sold_wh) = sum(bought_wh) and sum(sold_micro_eur) = sum(bought_micro_eur)",
                ),
            ),
        )


class MemberBillMonthly(Sums):
    """One member's bill of one month on the community's clock, as the ledger has it now.

    The parts add up to the total to the micro-euro, and what members pay each other adds up to nothing: all members
    together pay the grid and, with the fee, the community.
    """

    local_month: pl.Date = column("First day of the month on the community's clock")

    class Config:
        metadata = table(
            "gold.member_bill_monthly",
            key=("member_id", "period_start_utc"),
            partitioned_by=("year(period_start_utc)",),
            # A month is stored at its first day, and any of its days may change it.
            look_ahead_days=32,
            rules=(*BALANCES, *SUMS_OF_MONEY),
            groups=(
                Group(
                    "all bills are what the grid and the community are paid",
                    ("period_start_utc",),
                    "sum(total_micro_eur) = sum(fee_micro_eur + grid_import_micro_eur - grid_export_micro_eur)",
                ),
            ),
        )


class MarketComparison(Contract):
    """What one mechanism would make of one member's UTC day; computed when asked for, on the terms of then."""

    mechanism: str = column("Mechanism")
    member_id: str = column("Member of the community")
    period_start_utc: Utc = column("Start of the day")
    zone: str = column("Zone of the member at the end of the day")
    bought_wh: int = settled("What the member would buy from neighbours")
    sold_wh: int = settled("What the member would sell to neighbours")
    bought_micro_eur: int = micro_eur("What the member would pay its neighbours")
    sold_micro_eur: int = micro_eur("What its neighbours would pay the member")
    total_micro_eur: int = micro_eur("What the member would pay in all; negative where it would be paid")
    saving_micro_eur: int = micro_eur("What the community would save the member, against the grid alone")

    class Config:
        metadata = table(
            "gold.market_comparison",
            key=("mechanism", "member_id", "period_start_utc"),
            partitioned_by=MONTHLY,
            rules=(MIDNIGHT,),
            groups=(
                Group(
                    "what is sold is bought, and paid for",
                    ("mechanism", "period_start_utc"),
                    "sum(sold_wh) = sum(bought_wh) and sum(sold_micro_eur) = sum(bought_micro_eur)",
                ),
            ),
        )
