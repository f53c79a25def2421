"""The output of panels for each kWp, by the weather and by a typical year."""

from decimal import Decimal
from typing import Annotated

from wattlake.lake.contracts.base import Contract, Utc, column, known_at, provenance, table
from wattlake.lake.contracts.promises import HOURS
from wattlake.lake.contracts.units import YEARLY


class PvTypicalYear(Contract):
    """One hour of a typical year's output of 1 kWp of panels: the mean of the recorded years."""

    zone: str = column("Zone of the community")
    tilt_degrees: float = column("Tilt of the panels from the horizontal", "°", ge=0, le=90)
    azimuth_degrees: float = column("Bearing the panels face; 180 is south", "°", ge=0, le=360)
    month: int = column("Month in UTC", ge=1, le=12)
    day: int = column("Day of the month in UTC", ge=1, le=31)
    hour: int = column("Hour in UTC", "h", ge=0, le=23)
    output_w_per_kwp: Annotated[Decimal, 9, 3] = column("Mean AC power of the hour per kWp", "W/kWp", ge=0, le=1500)
    years: int = column("Recorded years in the mean", ge=1)
    provenance: str = provenance()

    class Config:
        metadata = table(
            "gold.pv_typical_year", key=("zone", "tilt_degrees", "azimuth_degrees", "month", "day", "hour")
        )


class PvOutputHourly(Contract):
    """One hour's output of 1 kWp of panels in a zone, at one tilt and azimuth."""

    zone: str = column("Zone of the community", references="gold.zone.zone")
    tilt_degrees: float = column("Tilt of the panels from the horizontal", "°", ge=0, le=90)
    azimuth_degrees: float = column("Bearing the panels face; 180 is south", "°", ge=0, le=360)
    period_start_utc: Utc = column("Start of the hour")
    output_w_per_kwp: Annotated[Decimal, 9, 3] = column("Mean AC power of the hour per kWp", "W/kWp", ge=0, le=1500)
    basis: str = column("weather, or typical year where there is none", isin=["weather", "typical year"])
    known_at_utc: Utc = known_at()
    provenance: str = provenance()

    class Config:
        metadata = table(
            "gold.pv_output_hourly",
            key=("zone", "tilt_degrees", "azimuth_degrees", "period_start_utc"),
            partitioned_by=YEARLY,
            rules=(HOURS,),
        )
