"""The energy and money of whole zones, slot by slot, in kWh and EUR."""

from datetime import date

from wattlake.lake.contracts.base import Contract, Utc, column, table
from wattlake.lake.contracts.units import Eur, Kwh, eur, kwh


class FactZoneSlot(Contract):
    """What one zone's members come to in one settled slot."""

    zone: str = column("Zone its members are in at the end of the local day")
    period_start_utc: Utc = column("Start of the slot", references="warehouse.dim_time.period_start_utc")
    local_date: date = column("Day on the community's clock")
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
        metadata = table("warehouse.fact_zone_slot", key=("zone", "period_start_utc"), shows="gold.zone_slot")
