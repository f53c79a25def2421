"""Key figures of the settled community, and how far settlement reaches."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from wattlake.lake.contracts.base import Contract, Utc, column, table
from wattlake.lake.contracts.units import Co2Kg, Eur, Kwh, Share, co2_kg, eur, kwh, share

Quantity = Annotated[Decimal, 18, 3]
Multiple = Annotated[Decimal, 18, 4]


class KeyFigures(Contract):
    """The key figures that a member and a group of members have in common.

    Those of a group are of its members' sums, never means of the members' own.
    """

    is_provisional: bool = column("Whether some of the energy is not, or not wholly, read")
    consumption_kwh: Kwh = kwh("Energy consumed")
    production_kwh: Kwh = kwh("Energy produced")
    self_consumption_kwh: Kwh = kwh("The part of production that who produced it consumed in the same slot")
    bought_kwh: Kwh = kwh("Energy bought from neighbours")
    sold_kwh: Kwh = kwh("Energy sold to neighbours")
    grid_import_kwh: Kwh = kwh("Energy drawn from the grid, after what was bought")
    grid_export_kwh: Kwh = kwh("Energy fed into the grid, after what was sold")
    self_sufficiency_ratio: Share = share(
        "Self-sufficiency: the part of consumption that own panels or neighbours covered, "
        "(consumption - grid import) / consumption; empty where nothing was consumed"
    )
    self_consumption_ratio: Share = share(
        "Self-consumption: the part of production that was consumed at once by its producer or by neighbours, "
        "(production - grid export) / production; empty where nothing was produced"
    )
    peer_to_grid_ratio: Multiple = column(
        "Energy traded with neighbours over that with the grid, (bought + sold) / (grid import + grid export): "
        "above 1 where neighbours had more of it; empty where the grid had none",
        nullable=True,
        ge=0,
    )
    saving_eur: Eur = eur("Saving: what the grid alone would have cost, less what was paid in all")
    revenue_eur: Eur = eur("Revenue: what neighbours and the grid paid for energy")
    co2_saved_kg: Co2Kg = co2_kg(
        "Carbon dioxide that the energy bought from neighbours would have cost from the grid, slot by slot"
    )
    co2_as_car_km: Quantity = column(
        "How far a car drives for as much carbon dioxide, by WATTLAKE_CAR_GCO2_PER_KM", "km", ge=0
    )
    co2_as_tree_years: Quantity = column(
        "How many grown trees take up as much carbon dioxide in a year, by WATTLAKE_TREE_KG_CO2_PER_YEAR", ge=0
    )


class OfMember(Contract):
    """The member and the period that key figures are of."""

    user_id: str = column("Member of the community")
    period: str = column("day or month, on the community's clock", isin=["day", "month"])
    local_date: date = column("The day, or the first day of the month")
    zone: str = column("Zone of the member at the end of it")
    is_active: bool = column("Whether the member bought from neighbours, or sold to them")


class KpiMember(KeyFigures, OfMember):
    """One member's key figures of one day, or of one month, of settled slots."""

    class Config:
        metadata = table("warehouse.kpi_member", key=("user_id", "period", "local_date"))


class OfGroup(Contract):
    """The group and the period that key figures are of."""

    level: str = column("zone or community", isin=["zone", "community"])
    group_name: str = column("Name of the zone; community where it is all of it")
    period: str = column("day or month, on the community's clock", isin=["day", "month"])
    local_date: date = column("The day, or the first day of the month")
    members: int = column("Members with settled slots; of a zone, those in it at the end of the day or month", ge=1)
    active_members: int = column("Of these, members who bought from neighbours, or sold to them", ge=0)


class KpiGroup(KeyFigures, OfGroup):
    """The key figures of one zone or of the whole community, of one day or of one month of settled slots."""

    saving_gini: Multiple = column(
        "Gini coefficient of the members' savings: with savings s(1) <= ... <= s(n) the sum of (2i - n - 1) s(i), over "
        "n times the sum of s(i). 0 where all save the same, towards 1 where one saves all, beyond where some lose; "
        "empty where the members together save nothing",
        nullable=True,
        ge=0,
    )
    worst_off_user_id: str = column("The member with the smallest saving; of several, the first by id")
    worst_off_saving_eur: Eur = eur("What that member saves; negative where the grid alone would have been better")

    class Config:
        metadata = table("warehouse.kpi_group", key=("level", "group_name", "period", "local_date"))


class SettledExtent(Contract):
    """How far settlement reaches, and the whole days between on the community's clock; no row if it has not begun."""

    from_utc: Utc = column("Start of the first settled slot")
    to_utc: Utc = column("End of the last slot in which at least half of the members are settled that were lately")
    first_date: date = column("The first day that is settled from its beginning")
    end_date: date = column(
        "The day after the last that is settled to its end: the running one; first_date or before where none is whole"
    )

    class Config:
        metadata = table("warehouse.settled_extent")
