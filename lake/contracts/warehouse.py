"""Warehouse: the star schema people and the dashboard read, in kWh and EUR; views over gold."""

from typing import Annotated, Any

import polars as pl

from lake.contracts import PROVENANCE, Contract, Utc, column, provenance, table
from lake.contracts.promises import Apart, Group, Unbroken


def kwh(meaning: str, nullable: bool = True) -> Any:  # noqa: ANN401
    """A column of energy in kilowatt-hours, exact to the watt-hour."""
    return column(meaning, "kWh", ge=0, nullable=nullable)


Kwh = Annotated[pl.Decimal, 18, 3]
Eur = Annotated[pl.Decimal, 18, 6]


def eur(meaning: str, unit: str = "EUR", nullable: bool = False) -> Any:  # noqa: ANN401
    """A column of money in euros, exact to the micro-euro."""
    return column(meaning, unit, nullable=nullable)


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
    effective_date: pl.Date = column("First day of the entry")
    expiration_date: pl.Date = column("Day the entry ends; empty while it lasts", nullable=True)
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
    local_date: pl.Date = column("Day on the community's clock")
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


class FactEnergyTransaction(Contract):
    """What one member sold to one other in one slot as it was booked, or a booking of before taken back.

    All rows of a slot add up to what counts; ``is_current`` picks the bookings that count. Which pairs are made, and in
    which order, stands in ``gold.settled_trade``.
    """

    settlement_id: int = column("Link of the ledger that booked it")
    entry: int = column("1 is a booking, -1 takes back one of before, with energy and amount negated")
    settlement_version: int = column("Version of the slot that the link booked")
    is_current: bool = column("Whether it is a booking of the slot's newest version")
    period_start_utc: Utc = column("Start of the slot; a key of dim_time")
    seller_sk: str = column("The seller's register entry in the slot, or the last before it; a key of dim_user")
    buyer_sk: str = column("The buyer's register entry in the slot, or the last before it; a key of dim_user")
    seller_id: str = column("Member who sold")
    buyer_id: str = column("Member who bought")
    energy_kwh: Kwh = column("Energy sold", "kWh")
    price_eur_per_kwh: Eur = eur("Price of the seller in the slot", "EUR/kWh")
    transaction_amount_eur: Eur = eur("What the buyer pays the seller")
    distance_km: Annotated[pl.Decimal, 9, 3] = column("Great-circle distance between both, by the register", "km")
    co2_saved_kg: Annotated[pl.Decimal, 18, 6] = column(
        "Carbon dioxide of as much energy from the grid in the slot", "kg", nullable=True
    )
    mechanism: str = column("Mechanism that the day is settled by")

    class Config:
        metadata = table(
            "warehouse.fact_energy_transaction",
            key=("settlement_id", "period_start_utc", "seller_id", "buyer_id", "entry"),
        )


class FactMonthlySummary(Contract):
    """One member's settled month on the community's clock: energy in kWh, amounts in EUR."""

    user_id: str = column("Member of the community")
    local_month: pl.Date = column("First day of the month")
    zone: str = column("Zone of the member at the end of the month")
    slots: int = column("Settled slots of the month")
    provisional_slots: int = column("Of these, slots whose energy is not, or not wholly, read")
    consumption_kwh: Kwh = kwh("What the member consumed", nullable=False)
    production_kwh: Kwh = kwh("What the member's panels produced", nullable=False)
    self_consumption_kwh: Kwh = kwh("The part of production consumed in the same slot", nullable=False)
    bought_kwh: Kwh = kwh("What the member bought from neighbours", nullable=False)
    sold_kwh: Kwh = kwh("What the member sold to neighbours", nullable=False)
    grid_import_kwh: Kwh = kwh("What the member drew from the grid, after what was bought", nullable=False)
    grid_export_kwh: Kwh = kwh("What the member fed into the grid, after what was sold", nullable=False)
    bought_eur: Eur = eur("What the member pays its neighbours")
    sold_eur: Eur = eur("What its neighbours pay the member")
    fee_eur: Eur = eur("What the member pays the community")
    grid_import_eur: Eur = eur("What the member pays the grid")
    grid_export_eur: Eur = eur("What the grid pays the member")
    total_eur: Eur = eur("What the member pays in all; negative where it is paid")
    alone_eur: Eur = eur("What the member would pay without the community")
    saving_eur: Eur = eur("What the community saves the member")

    class Config:
        metadata = table("warehouse.fact_monthly_summary", key=("user_id", "local_month"))


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
        metadata = table("warehouse.dim_weather", key=("zone", "period_start_utc"))


class DimPrice(Contract):
    """One bidding zone's day-ahead price in one slot."""

    bidding_zone: str = column("Bidding zone of the day-ahead auction")
    period_start_utc: Utc = column("Start of the slot")
    period_minutes: int = column("Length of the slot", "min")
    spot_price_eur_per_mwh: Annotated[pl.Decimal, 12, 4] = column(
        "Day-ahead price of the slot; empty where there is none", "EUR/MWh", nullable=True
    )
    grid_buy_price_eur_per_kwh: Eur = eur("What the grid charges a member, all in", "EUR/kWh", nullable=True)
    grid_sell_price_eur_per_kwh: Eur = eur("What the grid pays a member", "EUR/kWh", nullable=True)
    price_category: str = column(
        "low or high: below the first or beyond the third quartile of the 30 days before",
        isin=["low", "normal", "high"],
        nullable=True,
    )
    carbon_gco2_per_kwh: Annotated[pl.Decimal, 6, 1] = column(
        "Carbon dioxide of the grid's electricity", "gCO₂/kWh", nullable=True
    )
    provenance: str = column(
        "Whether the spot price is measured, simulated or estimated", isin=PROVENANCE, nullable=True
    )

    class Config:
        metadata = table("warehouse.dim_price", key=("bidding_zone", "period_start_utc"))


class FactEnergyFlow(Contract):
    """One member's energy in one slot."""

    user_sk: str = column("The member's register entry in the slot; a key of dim_user")
    user_id: str = column("Member of the community")
    zone: str = column("Zone of the member in the slot; with the hour a key of dim_weather")
    period_start_utc: Utc = column("Start of the slot; a key of dim_time")
    period_minutes: int = column("Length of the slot", "min")
    consumption_kwh: Kwh = kwh("What the member consumed; empty where no reading covers the slot")
    production_kwh: Kwh = kwh("What the member's panels produced; empty where it is not known")
    self_consumption_kwh: Kwh = kwh("The part of production consumed in the same slot")
    surplus_kwh: Kwh = kwh("Production beyond consumption")
    deficit_kwh: Kwh = kwh("Consumption beyond production")
    grid_import_kwh: Kwh = kwh("What crosses the member's connection inwards, from neighbours or the grid")
    grid_export_kwh: Kwh = kwh("What crosses the member's connection outwards, to neighbours or the grid")
    co2_kg: Annotated[pl.Decimal, 18, 6] = column(
        "Carbon dioxide of the import, as of the grid's electricity in the slot", "kg", nullable=True
    )
    consumption_estimated_kwh: Kwh = kwh("Estimated consumption of the minutes that no reading covers")
    production_estimated_kwh: Kwh = kwh("Estimated production of the minutes the production meter missed")
    estimation_method: str = column("What the estimates were made from; several ways are listed", nullable=True)
    consumption_minutes: int = column("Minutes of the slot that consumption readings cover", "min")
    consumption_estimated_minutes: int = column("Minutes of the slot that an estimate stands for", "min")
    consumption_provenance: str = column("Where consumption comes from", isin=PROVENANCE, nullable=True)
    production_provenance: str = column(
        "Where production comes from; empty without panels", isin=PROVENANCE, nullable=True
    )

    is_anomaly: bool = column("Whether the consumption is unlikely, though possible")
    anomaly_reason: str = column(
        "What is unlikely: spike, beyond quantile, flat line, zero day; several are listed", nullable=True
    )

    class Config:
        metadata = table(
            "warehouse.fact_energy_flow",
            key=("user_id", "period_start_utc"),
        )


class FactEnergyBalanceDaily(Contract):
    """One member's energy of one UTC day: the sum of its slots."""

    user_id: str = column("Member of the community")
    period_start_utc: Utc = column("Start of the day")
    zone: str = column("Zone of the member at the end of the day")
    slots: int = column("Slots of the day in which consumption or production is known")
    consumption_kwh: Kwh = kwh("What the member consumed", nullable=False)
    production_kwh: Kwh = kwh("What the member's panels produced", nullable=False)
    self_consumption_kwh: Kwh = kwh("The part of production consumed in the same slot", nullable=False)
    surplus_kwh: Kwh = kwh("Production beyond consumption, slot by slot", nullable=False)
    deficit_kwh: Kwh = kwh("Consumption beyond production, slot by slot", nullable=False)
    consumption_estimated_kwh: Kwh = kwh("Estimated consumption, not in consumption_kwh", nullable=False)
    production_estimated_kwh: Kwh = kwh("Estimated production, not in production_kwh", nullable=False)
    consumption_provenance: str = column("Where consumption comes from", isin=PROVENANCE, nullable=True)
    production_provenance: str = column(
        "Where production comes from; empty without panels", isin=PROVENANCE, nullable=True
    )

    class Config:
        metadata = table("warehouse.fact_energy_balance_daily", key=("user_id", "period_start_utc"))


class FactCompletenessDaily(Contract):
    """How complete one member's consumption is on one UTC day of which the community has any energy."""

    user_id: str = column("Member of the community")
    period_start_utc: Utc = column("Start of the day")
    expected_minutes: int = column("Minutes of the slots that start while the member has a meter", "min")
    measured_minutes: int = column("Of these, the minutes that readings cover", "min")
    estimated_minutes: int = column("Of these, the minutes that no reading covers and an estimate stands for", "min")
    missing_minutes: int = column("The rest: minutes of which nothing is known", "min")
    completeness_ratio: Annotated[pl.Decimal, 5, 4] = column("Measured of expected minutes; estimates do not count")

    class Config:
        metadata = table("warehouse.fact_completeness_daily", key=("user_id", "period_start_utc"))


class RegisterGap(Contract):
    """One member without a meter, one meter without readings or without a member, or one member's meter of two."""

    gap: str = column(
        "What does not go together",
        isin=["member without meter", "meter without readings", "meter without member", "meter of two members"],
    )
    user_id: str = column("Member of the community", nullable=True)
    meter_id: str = column("Meter", nullable=True)
    readings: int = column("Readings that belong to no member, or to two", ge=0)
    energy_kwh: Kwh = kwh("Energy of those readings", nullable=False)

    class Config:
        metadata = table("warehouse.register_gap")
