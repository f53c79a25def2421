"""What whole zones come to slot by slot, small however many members they have; and views for the dashboard."""

import polars as pl

from lake.contracts import Contract, Utc, column, table
from lake.contracts.market import BALANCES, MONTHLY, micro_eur, settled
from lake.contracts.warehouse import Eur, Kwh, eur, kwh


class ZoneSlot(Contract):
    """What one zone's members come to in one settled slot, as the ledger has it now.

    A member counts to the zone it is in at the end of the local day, as in ``gold.market_daily``.
    """

    zone: str = column("Zone of the community")
    period_start_utc: Utc = column("Start of the slot")
    members: int = column("Members whose slot is settled", ge=1)
    provisional_members: int = column("Of these, members whose energy is not, or not wholly, read", ge=0)
    trades: int = column("Trades in which members of the zone sell to neighbours of any zone", ge=0)
    consumption_wh: int = settled("What its members consumed")
    production_wh: int = settled("What their panels produced")
    self_consumption_wh: int = settled("The part of production that who produced it consumed in the same slot")
    bought_wh: int = settled("What its members bought from neighbours")
    sold_wh: int = settled("What its members sold to neighbours")
    grid_import_wh: int = settled("What its members drew from the grid, after what was bought")
    grid_export_wh: int = settled("What its members fed into the grid, after what was sold")
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
    consumption_kwh: Kwh = kwh("Energy consumed", nullable=False)
    production_kwh: Kwh = kwh("Energy produced", nullable=False)
    self_consumption_kwh: Kwh = kwh(
        "The part of production that who produced it consumed in the same slot", nullable=False
    )
    bought_kwh: Kwh = kwh("Energy bought from neighbours", nullable=False)
    sold_kwh: Kwh = kwh("Energy sold to neighbours", nullable=False)
    grid_import_kwh: Kwh = kwh("Energy drawn from the grid, after what was bought", nullable=False)
    grid_export_kwh: Kwh = kwh("Energy fed into the grid, after what was sold", nullable=False)
    bought_eur: Eur = eur("What is paid to neighbours")
    sold_eur: Eur = eur("What neighbours pay")
    revenue_eur: Eur = eur("Revenue: what neighbours and the grid paid for energy")
    saving_eur: Eur = eur("Saving: what the grid alone would have cost, less what was paid in all")

    class Config:
        metadata = table("warehouse.fact_zone_slot", key=("zone", "period_start_utc"))


class FactMarketComparison(Contract):
    """What one mechanism would make of one member's UTC day; computed when asked for, on the terms of then."""

    mechanism: str = column("Mechanism")
    user_id: str = column("Member of the community")
    period_start_utc: Utc = column("Start of the day")
    zone: str = column("Zone of the member at the end of the day")
    bought_kwh: Kwh = kwh("What the member would buy from neighbours", nullable=False)
    sold_kwh: Kwh = kwh("What the member would sell to neighbours", nullable=False)
    bought_eur: Eur = eur("What the member would pay its neighbours")
    sold_eur: Eur = eur("What its neighbours would pay the member")
    total_eur: Eur = eur("What the member would pay in all; negative where it would be paid")
    saving_eur: Eur = eur("What the community would save the member, against the grid alone")

    class Config:
        metadata = table("warehouse.fact_market_comparison", key=("mechanism", "user_id", "period_start_utc"))


class FactAnomaly(Contract):
    """One slot in which a member's consumption is unlikely, though possible, and why."""

    user_id: str = column("Member of the community")
    period_start_utc: Utc = column("Start of the slot; a key of dim_time")
    anomaly_reason: str = column("What is unlikely: spike, beyond quantile, flat line, zero day; several are listed")
    consumption_kwh: Kwh = kwh("What the member consumed", nullable=False)
    usual_kwh: Kwh = kwh(
        "Median of the month before at this hour and kind of day; empty but for spikes and high values"
    )

    class Config:
        metadata = table("warehouse.fact_anomaly", key=("user_id", "period_start_utc"))
