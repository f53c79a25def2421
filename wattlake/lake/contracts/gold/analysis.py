"""Energy as analysts look at it: with weather and prices, beside days before, as profiles."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from wattlake.lake.contracts.base import PROVENANCE, Contract, Utc, column, table
from wattlake.lake.contracts.units import EurPerKwh, EurPerMwh, Kwh, Share, eur_per_kwh, kwh, share

SEASONS = ["winter", "spring", "summer", "autumn"]
KwhPerKelvin = Annotated[Decimal, 18, 6]


class EnergyFlowEnriched(Contract):
    """One member's energy in one slot, with weather, prices and the community's calendar.

    It is a view: nothing is stored twice.
    """

    member_id: str = column("Member of the community")
    period_start_utc: Utc = column("Start of the slot")
    period_minutes: int = column("Length of the slot", "min")
    zone: str = column("Zone of the member in the slot")
    local_date: date = column("Day on the community's clock")
    local_hour: int = column("Hour on the community's clock", "h")
    weekday: int = column("Day of the week on the community's clock; 1 is Monday")
    is_weekend: bool = column("Whether the local day is a Saturday or Sunday")
    is_holiday: bool = column("Whether the local day is a public holiday")
    month: int = column("Month on the community's clock")
    season: str = column("Meteorological season of the northern hemisphere", isin=SEASONS)
    consumption_kwh: Kwh = kwh("What the member consumed; empty where no reading covers the slot", nullable=True)
    production_kwh: Kwh = kwh("What the member's panels produced; empty where it is not known", nullable=True)
    self_consumption_kwh: Kwh = kwh("The part of production consumed in the same slot", nullable=True)
    surplus_kwh: Kwh = kwh("Production beyond consumption", nullable=True)
    deficit_kwh: Kwh = kwh("Consumption beyond production", nullable=True)
    temperature_celsius: float = column("Air temperature at 2 m at the end of the hour", "°C", nullable=True)
    relative_humidity_pct: float = column("Relative humidity at 2 m at the end of the hour", "%", nullable=True)
    cloud_cover_pct: float = column("Cloud cover at the end of the hour", "%", nullable=True)
    precipitation_mm: float = column("Precipitation of the hour", "mm", nullable=True)
    weather_code: int = column("WMO weather code at the end of the hour", nullable=True)
    wind_m_per_s: float = column("Wind speed at 10 m at the end of the hour", "m/s", nullable=True)
    shortwave_w_per_m2: float = column("Mean global horizontal irradiance of the hour", "W/m²", nullable=True)
    spot_eur_per_mwh: EurPerMwh = column("Day-ahead price of the slot", "EUR/MWh", nullable=True)
    buy_eur_per_kwh: EurPerKwh = eur_per_kwh("What the grid charges a member, all in", nullable=True)
    sell_eur_per_kwh: EurPerKwh = eur_per_kwh("What the grid pays a member", nullable=True)
    price_category: str = column(
        "low or high: below the first or beyond the third quartile of the 30 days before",
        isin=["low", "normal", "high"],
        nullable=True,
    )
    carbon_gco2_per_kwh: Annotated[Decimal, 6, 1] = column(
        "Carbon dioxide of the grid's electricity", "gCO₂/kWh", nullable=True
    )
    consumption_provenance: str = column("Where consumption comes from", isin=PROVENANCE, nullable=True)
    production_provenance: str = column("Where production comes from", isin=PROVENANCE, nullable=True)

    class Config:
        metadata = table("gold.energy_flow_enriched", key=("member_id", "period_start_utc"), shows="gold.energy_flow")


class EnergyRollingDaily(Contract):
    """One member's UTC day beside the days before it.

    Windows end with the day itself. A day without any reading counts in none of them, and is empty here. It is a view.
    """

    member_id: str = column("Member of the community")
    period_start_utc: Utc = column("Start of the day")
    consumption_kwh: Kwh = kwh("What the member consumed", nullable=True)
    production_kwh: Kwh = kwh("What the member's panels produced", nullable=True)
    consumption_mean_7d_kwh: Kwh = kwh("Mean consumption of 7 days", nullable=True)
    consumption_mean_28d_kwh: Kwh = kwh("Mean consumption of 28 days", nullable=True)
    production_mean_7d_kwh: Kwh = kwh("Mean production of 7 days", nullable=True)
    production_mean_28d_kwh: Kwh = kwh("Mean production of 28 days", nullable=True)
    consumption_deviation_7d_kwh: Kwh = kwh("Sample deviation of consumption over 7 days", nullable=True)
    consumption_deviation_28d_kwh: Kwh = kwh("Sample deviation of consumption over 28 days", nullable=True)
    production_deviation_7d_kwh: Kwh = kwh("Sample deviation of production over 7 days", nullable=True)
    production_deviation_28d_kwh: Kwh = kwh("Sample deviation of production over 28 days", nullable=True)
    consumption_max_7d_kwh: Kwh = kwh("Most consumed on one of 7 days", nullable=True)
    consumption_max_28d_kwh: Kwh = kwh("Most consumed on one of 28 days", nullable=True)
    production_max_7d_kwh: Kwh = kwh("Most produced on one of 7 days", nullable=True)
    production_max_28d_kwh: Kwh = kwh("Most produced on one of 28 days", nullable=True)
    consumption_change_week_kwh: Kwh = kwh("Consumption less that of 7 days before", nullable=True, is_signed=True)
    consumption_change_year_kwh: Kwh = kwh("Consumption less that of 364 days before", nullable=True, is_signed=True)
    production_change_week_kwh: Kwh = kwh("Production less that of 7 days before", nullable=True, is_signed=True)
    production_change_year_kwh: Kwh = kwh("Production less that of 364 days before", nullable=True, is_signed=True)

    class Config:
        metadata = table(
            "gold.energy_rolling_daily", key=("member_id", "period_start_utc"), shows="gold.energy_balance_daily"
        )


class UserProfile(Contract):
    """One hour of a member's typical day, in one season and on one kind of day.

    Base load, sensitivity, share of self-use and cluster are of all the member's days, and stand in each of its rows.
    The cluster is the part of the day in which most is used beyond an even use, where that is a quarter more at least:
    night (0 to 6 h), daytime (9 to 17 h), evening (17 to 22 h); else even. It is a view.
    """

    member_id: str = column("Member of the community")
    season: str = column("Meteorological season of the northern hemisphere", isin=SEASONS)
    day_kind: str = column("workday or day off: a weekend or a public holiday", isin=["workday", "day off"])
    local_hour: int = column("Hour on the community's clock", "h")
    days: int = column("Days whose consumption in the hour is known", ge=0)
    typical_consumption_kwh: Kwh = kwh("Mean consumption of the hour", nullable=True)
    typical_production_kwh: Kwh = kwh("Mean production of the hour", nullable=True)
    peak_hour: int = column("Hour of the most consumption of the typical day; of several, the first")
    base_load_kwh: Kwh = kwh("Consumption of an hour that 95 in 100 hours exceed", nullable=True)
    weather_sensitivity_kwh_per_k: KwhPerKelvin = column(
        "Slope of a day's consumption over its mean temperature; below 0 where cold days need more",
        "kWh/K",
        nullable=True,
    )
    self_consumption_ratio: Share = share("Share of production that the member itself used in the same slot")
    cluster: str = column("When most is used", isin=["night", "daytime", "evening", "even", "unknown"])

    class Config:
        metadata = table("gold.user_profile", key=("member_id", "season", "day_kind", "local_hour"))
