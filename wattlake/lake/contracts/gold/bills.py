"""The ledger's sums for each member, by day and by month."""

from datetime import date

from wattlake.lake.contracts.base import Contract, Utc, column, table
from wattlake.lake.contracts.gold.settled import BALANCES, sold_is_bought
from wattlake.lake.contracts.promises import Group, Rule
from wattlake.lake.contracts.units import MONTHLY, YEARLY, Co2Kg, Eur, Kwh, co2_kg, eur, kwh

SUMS_OF_MONEY = (
    Rule(
        "the parts add up to the total",
        "total_eur = bought_eur + fee_eur + grid_import_eur - sold_eur - grid_export_eur",
    ),
    Rule("the saving is against the grid alone", "saving_eur = alone_eur - total_eur"),
)
"""A total is the sum of its parts; a saving is the price of the grid alone less the total."""


class Sums(Contract):
    """Energy and money of one member's settled slots in one day or month."""

    member_id: str = column("Member of the community")
    period_start_utc: Utc = column("Start of the day or month: midnight on the community's clock")
    zone: str = column("Zone of the member at the end of it")
    slots: int = column("Settled slots", ge=1)
    provisional_slots: int = column("Of these, slots whose energy is not, or not wholly, read", ge=0)
    consumption_kwh: Kwh = kwh("What the member consumed")
    production_kwh: Kwh = kwh("What the member's panels produced")
    self_consumption_kwh: Kwh = kwh("The part of production consumed in the same slot")
    bought_kwh: Kwh = kwh("What the member bought from neighbours")
    sold_kwh: Kwh = kwh("What the member sold to neighbours")
    grid_import_kwh: Kwh = kwh("What the member drew from the grid, after what was bought")
    grid_export_kwh: Kwh = kwh("What the member fed into the grid, after what was sold")
    bought_eur: Eur = eur("What the member pays its neighbours")
    sold_eur: Eur = eur("What its neighbours pay the member")
    fee_eur: Eur = eur("What the member pays the community")
    grid_import_eur: Eur = eur("What the member pays the grid")
    grid_export_eur: Eur = eur("What the grid pays the member")
    alone_eur: Eur = eur("What the member would pay the grid, less what it would be paid, without neighbours")
    total_eur: Eur = eur("What the member pays in all; negative where it is paid")
    saving_eur: Eur = eur("What the community saves the member, against the grid alone")
    co2_saved_kg: Co2Kg = co2_kg(
        "Carbon dioxide of as much energy from the grid as the member bought from neighbours, slot by slot; it is the "
        "buyer's, so that members add up to the community"
    )


class MarketDaily(Sums):
    """What one member's settled slots of one day on the community's clock come to, as the ledger has it now."""

    local_date: date = column("Day on the community's clock")

    class Config:
        metadata = table(
            "gold.market_daily",
            key=("member_id", "period_start_utc"),
            partitioned_by=MONTHLY,
            # A local day reaches into the next UTC day.
            look_ahead_days=1,
            rules=(*BALANCES, *SUMS_OF_MONEY),
            groups=(sold_is_bought("period_start_utc"),),
        )


class MemberBillMonthly(Sums):
    """One member's bill of one month on the community's clock, as the ledger has it now.

    The parts add up to the total to the micro-euro, and what members pay each other adds up to nothing: all members
    together pay the grid and, with the fee, the community.
    """

    local_month: date = column("First day of the month on the community's clock")

    class Config:
        metadata = table(
            "gold.member_bill_monthly",
            key=("member_id", "period_start_utc"),
            partitioned_by=YEARLY,
            # A month is stored at its first day, and any of its days may change it.
            look_ahead_days=32,
            rules=(*BALANCES, *SUMS_OF_MONEY),
            groups=(
                Group(
                    "all bills are what the grid and the community are paid",
                    ("period_start_utc",),
                    "sum(total_eur) = sum(fee_eur + grid_import_eur - grid_export_eur)",
                ),
            ),
        )
