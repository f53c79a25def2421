"""Gold: what the community's energy means, per member and slot, in integer watt-hours."""

from typing import Annotated, Any

import polars as pl

from lake.contracts import PROVENANCE, Contract, Utc, column, known_at, provenance, table

MONTHLY = ("year(period_start_utc)", "month(period_start_utc)")


def energy(meaning: str, nullable: bool = True) -> Any:  # noqa: ANN401
    """A column of settled energy: whole watt-hours, never negative."""
    return column(meaning, "Wh", ge=0, nullable=nullable)


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
    tariff: str = column("Retail tariff of the household", nullable=True)
    acorn: str = column("Acorn class of the household", nullable=True)
    acorn_group: str = column("Acorn group of the household", nullable=True)
    provenance: str = provenance()

    class Config:
        metadata = table("gold.member_version", key=("member_id", "valid_from_utc"))


class MeterDaily(Contract):
    """One meter's readings of one UTC day, whether or not a member owns the meter."""

    meter_id: str = column("Meter as its file names it")
    period_start_utc: Utc = column("Start of the day")
    readings: int = column("Readings of the day", ge=1)
    measured_minutes: int = column("Minutes of the day the readings cover", "min", ge=0, le=1440)
    energy_wh: int = energy("Energy of the day's readings", nullable=False)
    provenance: str = provenance()

    class Config:
        metadata = table("gold.meter_daily", key=("meter_id", "period_start_utc"), partitioned_by=MONTHLY)


class Zone(Contract):
    """One zone of the community and its centre."""

    zone: str = column("Zone of the community")
    latitude: float = column("Mean latitude of the zone's members, WGS 84, to 0.01°", "°", ge=-90, le=90)
    longitude: float = column("Mean longitude of the zone's members, WGS 84, to 0.01°", "°", ge=-180, le=180)

    class Config:
        metadata = table("gold.zone", key=("zone",))


class PvTypicalYear(Contract):
    """One hour of a typical year's output of 1 kWp of panels: the mean of the recorded years."""

    zone: str = column("Zone of the community")
    tilt_degrees: float = column("Tilt of the panels from the horizontal", "°", ge=0, le=90)
    azimuth_degrees: float = column("Bearing the panels face; 180 is south", "°", ge=0, le=360)
    month: int = column("Month in UTC", ge=1, le=12)
    day: int = column("Day of the month in UTC", ge=1, le=31)
    hour: int = column("Hour in UTC", "h", ge=0, le=23)
    output_w_per_kwp: Annotated[pl.Decimal, 9, 3] = column("Mean AC power of the hour per kWp", "W/kWp", ge=0, le=1500)
    years: int = column("Recorded years in the mean", ge=1)
    provenance: str = provenance()

    class Config:
        metadata = table(
            "gold.pv_typical_year", key=("zone", "tilt_degrees", "azimuth_degrees", "month", "day", "hour")
        )


class PvOutputHourly(Contract):
    """One hour's output of 1 kWp of panels in a zone, at one tilt and azimuth."""

    zone: str = column("Zone of the community")
    tilt_degrees: float = column("Tilt of the panels from the horizontal", "°", ge=0, le=90)
    azimuth_degrees: float = column("Bearing the panels face; 180 is south", "°", ge=0, le=360)
    period_start_utc: Utc = column("Start of the hour")
    output_w_per_kwp: Annotated[pl.Decimal, 9, 3] = column("Mean AC power of the hour per kWp", "W/kWp", ge=0, le=1500)
    basis: str = column("weather, or typical year where there is none", isin=["weather", "typical year"])
    known_at_utc: Utc = known_at()
    provenance: str = provenance()

    class Config:
        metadata = table(
            "gold.pv_output_hourly",
            key=("zone", "tilt_degrees", "azimuth_degrees", "period_start_utc"),
            partitioned_by=("year(period_start_utc)",),
        )


class SpotPrice(Contract):
    """One bidding zone's day-ahead price in one slot of the lake."""

    bidding_zone: str = column("Bidding zone of the day-ahead auction")
    period_start_utc: Utc = column("Start of the slot")
    period_minutes: int = column("Length of the slot", "min", isin=[15, 30, 60])
    spot_eur_per_mwh: Annotated[pl.Decimal, 12, 4] = column(
        "Day-ahead price of the slot, time-weighted where the market's periods are shorter", "EUR/MWh"
    )
    provenance: str = provenance()

    class Config:
        metadata = table(
            "gold.spot_price",
            key=("bidding_zone", "period_start_utc"),
            partitioned_by=("year(period_start_utc)",),
        )


class EnergyFlow(Contract):
    """One member's energy in one slot."""

    member_id: str = column("Member of the community")
    period_start_utc: Utc = column("Start of the slot")
    period_minutes: int = column("Length of the slot", "min", isin=[15, 30, 60])
    zone: str = column("Zone of the member in the slot")
    consumption_minutes: int = column("Minutes of the slot that consumption readings cover", "min", ge=0, le=60)
    consumption_wh: int = energy("What the member consumed; empty where no reading covers the slot")
    production_wh: int = energy("What the member's panels produced; empty where it is not known")
    self_consumption_wh: int = energy("The part of production consumed in the same slot")
    surplus_wh: int = energy("Production beyond consumption")
    deficit_wh: int = energy("Consumption beyond production")
    consumption_provenance: str = column("Where consumption comes from", isin=PROVENANCE, nullable=True)
    production_provenance: str = column(
        "Where production comes from; empty without panels", isin=PROVENANCE, nullable=True
    )
    known_at_utc: Utc = known_at()

    class Config:
        metadata = table("gold.energy_flow", key=("member_id", "period_start_utc"), partitioned_by=MONTHLY)


class EnergyBalanceDaily(Contract):
    """One member's energy of one UTC day: the sum of its slots."""

    member_id: str = column("Member of the community")
    period_start_utc: Utc = column("Start of the day")
    zone: str = column("Zone of the member at the end of the day")
    slots: int = column("Slots of the day that are known", ge=1)
    consumption_wh: int = energy("What the member consumed", nullable=False)
    production_wh: int = energy("What the member's panels produced", nullable=False)
    self_consumption_wh: int = energy("The part of production consumed in the same slot", nullable=False)
    surplus_wh: int = energy("Production beyond consumption, slot by slot", nullable=False)
    deficit_wh: int = energy("Consumption beyond production, slot by slot", nullable=False)
    consumption_provenance: str = column("Where consumption comes from", isin=PROVENANCE, nullable=True)
    production_provenance: str = column(
        "Where production comes from; empty without panels", isin=PROVENANCE, nullable=True
    )

    class Config:
        metadata = table("gold.energy_balance_daily", key=("member_id", "period_start_utc"), partitioned_by=MONTHLY)


class Holiday(Contract):
    """One public holiday where the community is."""

    local_date: pl.Date = column("Day on the community's clock")
    holiday_name: str = column("Name of the public holiday")

    class Config:
        metadata = table("gold.holiday", key=("local_date",))


class Calendar(Contract):
    """One slot of the calendar, in UTC and in the community's local time."""

    period_start_utc: Utc = column("Start of the slot")
    period_minutes: int = column("Length of the slot", "min", isin=[15, 30, 60])
    local_start: Utc = column("Start of the slot on the community's clock")
    local_date: pl.Date = column("Day on the community's clock")
    local_hour: int = column("Hour on the community's clock", "h", ge=0, le=23)
    weekday: int = column("Day of the week on the community's clock; 1 is Monday", ge=1, le=7)
    is_weekend: bool = column("Whether the local day is a Saturday or Sunday")
    is_holiday: bool = column("Whether the local day is a public holiday")
    holiday_name: str = column("Name of the public holiday", nullable=True)

    class Config:
        metadata = table("gold.calendar", key=("period_start_utc",))


class Forecast(Contract):
    """One member's expected energy in one slot, as it was foreseen at one time by one forecaster."""

    member_id: str = column("Member of the community")
    target: str = column("What is forecast", isin=["consumption", "production"])
    issued_at_utc: Utc = column("When the forecast was issued; nothing known later entered it")
    period_start_utc: Utc = column("Start of the slot")
    period_minutes: int = column("Length of the slot", "min", isin=[15, 30, 60])
    horizon_hours: float = column("From the issue to the start of the slot", "h", ge=0)
    forecaster: str = column("Name of the forecaster")
    forecaster_version: str = column("Version of the forecaster")
    expected_wh: int = energy("Expected energy", nullable=False)
    lower_wh: int = energy("Lower end of the 95 % band", nullable=False)
    upper_wh: int = energy("Upper end of the 95 % band", nullable=False)
    samples: int = column("Past slots the forecast was made from", ge=1)
    provenance: str = provenance()

    class Config:
        metadata = table(
            "gold.forecast",
            key=("member_id", "target", "issued_at_utc", "period_start_utc", "forecaster", "forecaster_version"),
            partitioned_by=("year(issued_at_utc)", "month(issued_at_utc)"),
        )
