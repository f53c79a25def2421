"""What whole zones come to slot by slot, small however many members they have."""

import polars as pl

from wattlake.lake.contracts import Contract, Utc, column, table
from wattlake.lake.contracts.ledger import BALANCES
from wattlake.lake.contracts.units import MONTHLY, Eur, Kwh, energy, eur, kwh, micro_eur


class ZoneSlot(Contract):
    """What one zone's members come to in one settled slot, as the ledger has it now.

    A member counts to the zone it is in at the end of the local day, as in ``gold.market_daily``.
    """

    zone: str = column("Zone of the community")
    period_start_utc: Utc = column("Start of the slot")
    members: int = column("Members whose slot is settled", ge=1)
    provisional_members: int = column("Of these, members whose energy is not, or not wholly, read", ge=0)
    trades: int = column("Trades in which members of the zone sell to neighbours of any zone", ge=0)
    consumption_wh: int = energy("What its members consumed")
    production_wh: int = energy("What their panels produced")
    self_consumption_wh: int = energy("The part of production that who produced it consumed in the same slot")
    bought_wh: int = energy("What its members bought from neighbours")
    sold_wh: int = energy("What its members sold to neighbours")
    grid_import_wh: int = energy("What its members drew from the grid, after what was bought")
    grid_export_wh: int = energy("What its members fed into the grid, after what was sold")
    bought_micro_eur: int = micro_eur("What its members pay their neighbours")
    sold_micro_eur: int = micro_eur("What their neighbours pay them")
    grid_export_micro_eur: int = micro_eur("What the grid pays them")
    saving_micro_eur: int = micro_eur("What the community saves them, against the grid alone")

    class Config:
        metadata = table(
            "gold.zone_slot",
            key=("zone", "period_start_utc"),
            partitioned_by=MONTHLY,
            # The zone of a local day stands at its start, up to 26 hours before its last slot.
            look_back_days=2,
            rules=BALANCES,
        )


class FactZoneSlot(Contract):
    """What one zone's members come to in one settled slot."""

    zone: str = column("Zone its members are in at the end of the local day")
    period_start_utc: Utc = column("Start of the slot; a key of dim_time")
    local_date: pl.Date = column("Day on the community's clock")
    local_hour: int = column("Hour on the community's clock", "h")
    members: int = column("Members whose slot is settled")
    provisional_members: int = column("Of these, members whose energy is not, or not wholly, read")
    trades: int = column("Trades in which members of the zone sell to neighbours of any zone")
    consumption_kwh: Kwh = kwh("Energy consumed")
    production_kwh: Kwh = kwh("Energy produced")
    self_consumption_kwh: Kwh = kwh("The part of production that who produced it consumed in the same slot")
    bought_kwh: Kwh = kwh("Energy bought from neighbours")
    sold_kwh: Kwh = kwh("Energy sold to neighbours")
    grid_import_kwh: Kwh = kwh("Energy drawn from the grid, after what was bought")
    grid_export_kwh: Kwh = kwh("Energy fed into the grid, after what was sold")
    bought_eur: Eur = eur("What is paid to neighbours")
    sold_eur: Eur = eur("What neighbours pay")
    revenue_eur: Eur = eur("Revenue: what neighbours and the grid paid for energy")
    saving_eur: Eur = eur("Saving: what the grid alone would have cost, less what was paid in all")

    class Config:
        metadata = table("warehouse.fact_zone_slot", key=("zone", "period_start_utc"))
