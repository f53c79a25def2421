"""The star schema's dimensions by their usual names: members, hours, weather and prices."""

import datetime

from wattlake.lake.contracts.base import Contract, column, table
from wattlake.lake.contracts.promises import Group
from wattlake.lake.contracts.units import EurPerKwh, eur_per_kwh


class DimUsers(Contract):
    """One member's register entry over one stretch of time (slowly changing dimension).

    Where a member moves, gets panels or changes anything else of these, a new row begins on that day and the one before
    ends; facts have the key of the row that held then.
    """

    user_sk: str = column("Surrogate key of the entry, the same as in warehouse.dim_user")
    user_id: str = column("Member of the community")
    location: str = column("Zone of the community that the member lives in")
    panel_size_kwp: float = column("Peak power of the member's panels; 0 without any", "kWp")
    user_type: str = column("consumer or prosumer")
    effective_date: datetime.date = column("First day of the entry on the community's clock")
    expiration_date: datetime.date = column(
        "Day on the community's clock on which the entry ends; empty while it lasts", nullable=True
    )
    is_current: bool = column("Whether the entry has no end; a member who left has no such row")

    class Config:
        metadata = table(
            "star.dim_users",
            key=("user_sk",),
            groups=(
                Group("a member has at most one current row", ("user_id",), "count(*) filter (is_current) <= 1"),
                Group(
                    "the current row is the newest",
                    ("user_id",),
                    "max(effective_date) filter (is_current) >= max(effective_date) or not bool_or(is_current)",
                ),
            ),
        )


class DimTime(Contract):
    """One hour of the years 2000 to 2040 on the community's clock.

    The hour that comes twice in autumn is two rows.
    """

    time_sk: int = column("Key of the hour: year, month, day, hour and minute of its beginning in UTC, as one number")
    date: datetime.date = column("Day on the community's clock")
    hour: int = column("Hour on the community's clock, from 0", "h", ge=0, le=23)
    day_of_week: int = column("Day of the week; 1 is Monday", ge=1, le=7)
    is_weekend: bool = column("Whether the day is a Saturday or Sunday")
    is_holiday: bool = column("Whether the day is a public holiday")
    month: int = column("Month on the community's clock", ge=1, le=12)
    quarter: int = column("Quarter of the year on the community's clock", ge=1, le=4)
    year: int = column("Year on the community's clock")

    class Config:
        metadata = table("star.dim_time", key=("time_sk",))


class DimWeather(Contract):
    """One zone's weather in one hour.

    The row `unknown` stands for the hours without any, so that no join loses rows.
    """

    weather_sk: str = column("Key of the zone's hour: its name and the hour's time_sk")
    date: datetime.date = column("Day on the community's clock; empty in the row `unknown`", nullable=True)
    hour: int = column("Hour on the community's clock; empty in the row `unknown`", "h", nullable=True)
    location_zone: str = column("Zone of the community; empty in the row `unknown`", nullable=True)
    temperature: float = column("Air temperature at 2 m at the end of the hour", "°C", nullable=True)
    cloud_cover: float = column("Cloud cover at the end of the hour", "%", nullable=True)
    solar_irradiance: float = column("Mean global horizontal irradiance of the hour", "W/m²", nullable=True)

    class Config:
        metadata = table("star.dim_weather", key=("weather_sk",))


class DimPrices(Contract):
    """What energy costs the community in one hour.

    The row 0 stands for the hours without any price, so that no join loses rows.

    Prices are of a kilowatt-hour, all three: they can be compared, and multiplied with the facts' energy.
    """

    price_sk: int = column("Key of the hour, the same as its time_sk")
    date: datetime.date = column("Day on the community's clock; empty in the row 0", nullable=True)
    hour: int = column("Hour on the community's clock; empty in the row 0", "h", nullable=True)
    spot_price: EurPerKwh = eur_per_kwh("Day-ahead price of the hour: the mean of its slots", nullable=True)
    grid_buy_price: EurPerKwh = eur_per_kwh(
        "What the grid charges a member, all in; the mean of the slots", nullable=True
    )
    grid_sell_price: EurPerKwh = eur_per_kwh("What the grid pays a member; the mean of the slots", nullable=True)
    price_category: str = column(
        "low or high: every slot is below the first or beyond the third quartile of the 30 days before",
        isin=["low", "normal", "high"],
        nullable=True,
    )

    class Config:
        metadata = table("star.dim_prices", key=("price_sk",))
