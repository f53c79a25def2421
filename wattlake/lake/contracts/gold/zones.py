"""The zones of the community, and their energy and money slot by slot."""

from wattlake.lake.contracts.base import Contract, Utc, column, table
from wattlake.lake.contracts.gold.settled import BALANCES
from wattlake.lake.contracts.units import MONTHLY, Eur, Kwh, eur, kwh


class Zone(Contract):
    """One zone of the community and its centre."""

    zone: str = column("Zone of the community", references="gold.member_version.zone")
    latitude: float = column("Mean latitude of the zone's first members, WGS 84, to 0.01°", "°", ge=-90, le=90)
    longitude: float = column("Mean longitude of the zone's first members, WGS 84, to 0.01°", "°", ge=-180, le=180)

    class Config:
        metadata = table("gold.zone", key=("zone",))


class ZoneSlot(Contract):
    """What one zone's members come to in one settled slot, as the ledger has it now.

    A member counts to the zone it is in at the end of the local day, as in ``gold.market_daily``.
    """

    zone: str = column("Zone of the community")
    period_start_utc: Utc = column("Start of the slot")
    members: int = column("Members whose slot is settled", ge=1)
    provisional_members: int = column("Of these, members whose energy is not, or not wholly, read", ge=0)
    trades: int = column("Trades in which members of the zone sell to neighbours of any zone", ge=0)
    consumption_kwh: Kwh = kwh("What its members consumed")
    production_kwh: Kwh = kwh("What their panels produced")
    self_consumption_kwh: Kwh = kwh("The part of production that who produced it consumed in the same slot")
    bought_kwh: Kwh = kwh("What its members bought from neighbours")
    sold_kwh: Kwh = kwh("What its members sold to neighbours")
    grid_import_kwh: Kwh = kwh("What its members drew from the grid, after what was bought")
    grid_export_kwh: Kwh = kwh("What its members fed into the grid, after what was sold")
    bought_eur: Eur = eur("What its members pay their neighbours")
    sold_eur: Eur = eur("What their neighbours pay them")
    grid_export_eur: Eur = eur("What the grid pays them")
    saving_eur: Eur = eur("What the community saves them, against the grid alone")

    class Config:
        metadata = table(
            "gold.zone_slot",
            key=("zone", "period_start_utc"),
            partitioned_by=MONTHLY,
            # The zone of a local day stands at its start, up to 26 hours before its last slot.
            look_back_days=2,
            rules=BALANCES,
        )
