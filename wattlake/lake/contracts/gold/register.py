"""The register as history: members and their meters over stretches of time."""

from decimal import Decimal
from typing import Annotated

from wattlake.lake.contracts.base import Contract, Utc, column, provenance, table
from wattlake.lake.contracts.promises import PANELS_FACE_SOMEWHERE, Apart, Rule


class MemberVersion(Contract):
    """One member's register entry over one stretch of time."""

    member_id: str = column("Member of the community")
    valid_from_utc: Utc = column("Start of the stretch")
    valid_to_utc: Utc = column("End of the stretch, excluded; empty while it lasts", nullable=True)
    meter_id: str = column("Meter of what the member consumes", nullable=True)
    production_meter_id: str = column("Meter of what the member's panels produce, if there is one", nullable=True)
    zone: str = column("Zone of the community")
    latitude: float = column("Latitude, WGS 84", "°", ge=-90, le=90)
    longitude: float = column("Longitude, WGS 84", "°", ge=-180, le=180)
    panel_kwp: float = column("Peak power of the member's panels", "kWp", ge=0)
    tilt_degrees: float = column("Tilt of the panels from the horizontal", "°", ge=0, le=90, nullable=True)
    azimuth_degrees: float = column("Bearing the panels face; 180 is south", "°", ge=0, le=360, nullable=True)
    member_type: str = column("consumer or prosumer", isin=["consumer", "prosumer"])
    sharing_weight: Annotated[Decimal, 9, 3] = column(
        "Weight in the community's production where fixed coefficients share it", ge=0
    )
    tariff: str = column("Retail tariff of the household", nullable=True)
    acorn: str = column("Acorn class of the household", nullable=True)
    acorn_group: str = column("Acorn group of the household", nullable=True)
    provenance: str = provenance()

    class Config:
        metadata = table(
            "gold.member_version",
            key=("member_id", "valid_from_utc"),
            rules=(
                PANELS_FACE_SOMEWHERE,
                Rule("stretches do not end before they begin", "valid_from_utc <= valid_to_utc"),
            ),
            apart=(
                Apart("entries of one member do not overlap", ("member_id",)),
                # The register is given: the build goes on, and both members get the meter's energy.
                Apart("a meter has one owner at a time", ("meter_id", "production_meter_id"), severity="warn"),
            ),
        )


class MemberMeter(Contract):
    """One meter of one member over one stretch of time, and what it measures."""

    member_id: str = column("Member of the community")
    valid_from_utc: Utc = column("Start of the stretch: of the member's register entry")
    valid_to_utc: Utc = column("End of the stretch, excluded; empty while it lasts", nullable=True)
    zone: str = column("Zone of the member")
    meter_id: str = column("Meter as its file names it")
    measures: str = column("consumption or production", isin=["consumption", "production"])

    class Config:
        metadata = table("gold.member_meter", key=("member_id", "valid_from_utc", "measures"))
