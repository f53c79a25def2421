"""Members' settled months and the community's account, in kWh and EUR."""

from datetime import date

from wattlake.lake.contracts.base import Contract, column, table
from wattlake.lake.contracts.units import Eur, Kwh, eur, kwh


class FactMonthlySummary(Contract):
    """One member's settled month on the community's clock: energy in kWh, amounts in EUR."""

    user_id: str = column("Member of the community")
    local_month: date = column("First day of the month")
    zone: str = column("Zone of the member at the end of the month")
    slots: int = column("Settled slots of the month")
    provisional_slots: int = column("Of these, slots whose energy is not, or not wholly, read")
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
    total_eur: Eur = eur("What the member pays in all; negative where it is paid")
    alone_eur: Eur = eur("What the member would pay without the community")
    saving_eur: Eur = eur("What the community saves the member")

    class Config:
        metadata = table("warehouse.fact_monthly_summary", key=("user_id", "local_month"))


class CommunityAccount(Contract):
    """The community's account of one month on its clock: what all members paid and were paid, and what is left."""

    local_month: date = column("First day of the month")
    bills: int = column("Members who have a bill of the month", ge=1)
    bought_eur: Eur = eur("What members pay their neighbours")
    sold_eur: Eur = eur("What members are paid by their neighbours")
    fee_eur: Eur = eur("What members pay the community")
    grid_import_eur: Eur = eur("What members pay the grid")
    grid_export_eur: Eur = eur("What the grid pays members")
    total_eur: Eur = eur("What members pay in all: the sum of all bills, of what is left and of what the grid is paid")
    left_eur: Eur = eur("What is left with the community of the month: the fee")
    balance_eur: Eur = eur("What is left with the community of this month and all before it")

    class Config:
        metadata = table("warehouse.community_account_monthly", key=("local_month",))
