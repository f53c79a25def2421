"""The community's register, and what the public London set says of its households."""

from decimal import Decimal
from typing import Annotated

from wattlake.lake.contracts.base import Bronze, Contract, Utc, bronze, column, landing, provenance, table
from wattlake.lake.contracts.promises import PANELS_FACE_SOMEWHERE, Rule


class Members(Bronze):
    """One line of the register or of ``informations_households.csv``, as it was written."""

    member_id: str = bronze("member_id", "Member, in the register")
    meter_id: str = bronze("meter_id", "Meter of the consumption, in the register")
    production_meter_id: str = bronze("production_meter_id", "Meter of the production, in the register")
    zone: str = bronze("zone", "Zone the member is in, in the register")
    latitude: str = bronze("latitude", "Latitude of the zone's centre, in the register")
    longitude: str = bronze("longitude", "Longitude of the zone's centre, in the register")
    panel_kwp: str = bronze("panel_kwp", "Size of the panels, in the register")
    tilt_degrees: str = bronze("tilt_degrees", "Tilt of the panels, in the register")
    azimuth_degrees: str = bronze("azimuth_degrees", "Bearing of the panels, in the register")
    member_type: str = bronze("member_type", "`consumer` or `prosumer`, in the register")
    valid_from: str = bronze("valid_from", "From when on the line holds, in the register")
    sharing_weight: str = bronze("sharing_weight", "Fixed weight in what the community shares, in the register")
    connection_kw: str = bronze("connection_kw", "What the connection carries at most, in the register")
    left: str = bronze("left", "When the member left, in the register")
    provenance: str = bronze("provenance", "`simulated` where the simulator wrote the file, otherwise absent")
    meter: str = bronze("LCLid", "Meter, in informations_households.csv")
    std_or_tou: str = bronze("stdorToU", "Tariff, in informations_households.csv")
    acorn: str = bronze("Acorn", "Acorn class, in informations_households.csv")
    acorn_grouped: str = bronze("Acorn_grouped", "Acorn group, in informations_households.csv")
    file: str = bronze("file", "Block of the meter's readings, in informations_households.csv")
    line: int = column("Line in its file, of a file that has a mapping", nullable=True)
    cells: str = bronze("cells", "The row of a file that has a mapping, as JSON: column and what it holds")

    class Config:
        metadata = table("bronze.members")


class Member(Contract):
    """One member of the community, as the register describes it from one time on."""

    member_id: str = column("Member of the community")
    valid_from_utc: Utc = column("From when on this description holds, until the next one of the member")
    left_utc: Utc = column("When the member left the community; null while it stays", nullable=True)
    meter_id: str = column("Meter of the consumption; null where there is none", nullable=True)
    production_meter_id: str = column("Meter of the production; null where there is none", nullable=True)
    zone: str = column("Zone the member is in")
    latitude: float = column("Latitude of the zone's centre", "°", ge=-90, le=90)
    longitude: float = column("Longitude of the zone's centre", "°", ge=-180, le=180)
    panel_kwp: float = column("Size of the panels; 0 where there are none", "kWp", ge=0, le=100_000)
    tilt_degrees: float = column("Tilt of the panels from the horizontal", "°", nullable=True, ge=0, le=90)
    azimuth_degrees: float = column(
        "Bearing the panels face: 90 east, 180 south, 270 west", "°", nullable=True, ge=0, le=360
    )
    member_type: str = column("Whether the member only consumes or also produces", isin=["consumer", "prosumer"])
    sharing_weight: Annotated[Decimal, 9, 3] = column(
        "Weight in the community's production where fixed coefficients share it; 1 where none is given", ge=0
    )
    connection_kw: Annotated[Decimal, 9, 3] = column(
        "What the connection of the meters carries at most; empty where nothing is said",
        "kW",
        nullable=True,
        ge=0.001,
        le=100_000,
    )
    provenance: str = provenance()
    landing_id: int = landing()

    class Config:
        metadata = table(
            "silver.member",
            key=("member_id", "valid_from_utc"),
            rules=(
                PANELS_FACE_SOMEWHERE,
                Rule("nobody leaves before coming", "valid_from_utc <= left_utc"),
            ),
        )


class Household(Contract):
    """The tariff and the Acorn group of one metered household."""

    meter_id: str = column("Meter of the household")
    tariff: str = column("Tariff of the London trial: standard or time-of-use", isin=["Std", "ToU"])
    acorn: str = column("Acorn class of the household, from ACORN-A to ACORN-Q, or U", nullable=True)
    acorn_group: str = column("Acorn group of the household", nullable=True)
    provenance: str = provenance()
    landing_id: int = landing()

    class Config:
        metadata = table("silver.household", key=("meter_id",))
