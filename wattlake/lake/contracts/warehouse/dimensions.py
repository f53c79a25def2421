"""The star schema's dimensions: views of members, time, zones, weather and prices."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from wattlake.lake.contracts.base import PROVENANCE, Contract, Utc, column, provenance, table
from wattlake.lake.contracts.promises import Apart, Group, Unbroken
from wattlake.lake.contracts.units import EurPerKwh, eur_per_kwh


class DimUser(Contract):
    """One member's register entry over one stretch of time (slowly changing dimension, type 2)."""

    user_sk: str = column("Surrogate key: a hash of the user and the start of the stretch")
    user_id: str = column("Member of the community")
    meter_id: str = column("Meter of what the member consumes", nullable=True)
    production_meter_id: str = column("Meter of what the member's panels produce, if there is one", nullable=True)
    zone: str = column("Zone of the community")
    latitude: float = column("Latitude, WGS 84", "°")
    longitude: float = column("Longitude, WGS 84", "°")
    panel_size_kwp: float = column("Peak power of the member's panels", "kWp")
    tilt_degrees: float = column("Tilt of the panels from the horizontal", "°", nullable=True)
    azimuth_degrees: float = column("Bearing the panels face; 180 is south", "°", nullable=True)
    member_type: str = column("consumer or prosumer")
    tariff: str = column("Retail tariff of the household", nullable=True)
    acorn: str = column("Acorn class of the household", nullable=True)
    acorn_group: str = column("Acorn group of the household", nullable=True)
    valid_from_utc: Utc = column("Start of the stretch")
    valid_to_utc: Utc = column("End of the stretch, excluded; empty while it lasts", nullable=True)
    effective_date: date = column("First day of the entry")
    expiration_date: date = column("Day the entry ends; empty while it lasts", nullable=True)
    is_current: bool = column("Whether it is the member's newest entry")
    provenance: str = provenance()

    class Config:
        metadata = table(
            "warehouse.dim_user",
            key=("user_sk",),
            groups=(Group("one entry of each member is current", ("user_id",), "count(*) filter (is_current) = 1"),),
            apart=(Apart("entries of one user do not overlap", ("user_id",)),),
            unbroken=(
                Unbroken(
                    "entries of one user leave no gap but after a `left` date",
                    "user_id",
                    unless="(user_id, valid_from_utc, valid_to_utc) in "
                    "(select (member_id, valid_from_utc, left_utc) from silver.member)",
                ),
            ),
        )


class DimTime(Contract):
    """One slot of the calendar, in UTC and in the community's local time."""

    period_start_utc: Utc = column("Start of the slot")
    period_minutes: int = column("Length of the slot", "min")
    local_start: Utc = column("Start of the slot on the community's clock")
    local_date: date = column("Day on the community's clock")
    local_hour: int = column("Hour on the community's clock", "h")
    weekday: int = column("Day of the week on the community's clock; 1 is Monday")
    weekday_name: str = column("Name of the day of the week")
    month: int = column("Month on the community's clock")
    year: int = column("Year on the community's clock")
    season: str = column("Meteorological season of the northern hemisphere")
    is_weekend: bool = column("Whether the local day is a Saturday or Sunday")
    is_holiday: bool = column("Whether the local day is a public holiday")
    holiday_name: str = column("Name of the public holiday", nullable=True)

    class Config:
        metadata = table("warehouse.dim_time", key=("period_start_utc",))


class DimZone(Contract):
    """One zone of the community and its centre."""

    zone: str = column("Zone of the community")
    latitude: float = column("Latitude of its centre, WGS 84", "°")
    longitude: float = column("Longitude of its centre, WGS 84", "°")

    class Config:
        metadata = table("warehouse.dim_zone", key=("zone",))


class DimWeather(Contract):
    """One zone's weather in one hour."""

    zone: str = column("Zone of the community")
    period_start_utc: Utc = column("Start of the hour")
    temperature_celsius: float = column("Air temperature at 2 m at the end of the hour", "°C", nullable=True)
    relative_humidity_pct: float = column("Relative humidity at 2 m at the end of the hour", "%", nullable=True)
    cloud_cover_pct: float = column("Cloud cover at the end of the hour", "%", nullable=True)
    precipitation_mm: float = column("Precipitation of the hour", "mm", nullable=True)
    weather_code: int = column("WMO weather code at the end of the hour", nullable=True)
    wind_m_per_s: float = column("Wind speed at 10 m at the end of the hour", "m/s", nullable=True)
    shortwave_w_per_m2: float = column("Mean global horizontal irradiance of the hour", "W/m²", nullable=True)
    direct_w_per_m2: float = column("Mean direct horizontal irradiance of the hour", "W/m²", nullable=True)
    diffuse_w_per_m2: float = column("Mean diffuse horizontal irradiance of the hour", "W/m²", nullable=True)
    provenance: str = provenance()

    class Config:
        metadata = table("warehouse.dim_weather", key=("zone", "period_start_utc"), shows="gold.weather_hourly")


class DimPrice(Contract):
    """One bidding zone's day-ahead price in one slot."""

    bidding_zone: str = column("Bidding zone of the day-ahead auction")
    period_start_utc: Utc = column("Start of the slot")
    period_minutes: int = column("Length of the slot", "min")
    spot_price_eur_per_mwh: Annotated[Decimal, 12, 4] = column(
        "Day-ahead price of the slot; empty where there is none", "EUR/MWh", nullable=True
    )
    grid_buy_price_eur_per_kwh: EurPerKwh = eur_per_kwh("What the grid charges a member, all in", nullable=True)
    grid_sell_price_eur_per_kwh: EurPerKwh = eur_per_kwh("What the grid pays a member", nullable=True)
    price_category: str = column(
        "low or high: below the first or beyond the third quartile of the 30 days before",
        isin=["low", "normal", "high"],
        nullable=True,
    )
    carbon_gco2_per_kwh: Annotated[Decimal, 6, 1] = column(
        "Carbon dioxide of the grid's electricity", "gCO₂/kWh", nullable=True
    )
    provenance: str = column(
        "Whether the spot price is measured, simulated or estimated", isin=PROVENANCE, nullable=True
    )

    class Config:
        metadata = table("warehouse.dim_price", key=("bidding_zone", "period_start_utc"))
