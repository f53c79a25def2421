"""What a backtest rolls over: a history of load, solar output or prices, from the lake's gold tables."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from lake.catalog import Lake
from lake.connection import Connection
from tasks.forecasting.days import Days, days_of
from tasks.forecasting.weather import NONE, Weather
from tasks.producers.holiday import produce
from tasks.weather_tracks import weather_of

TARGETS = ("load", "solar", "price")

OF_TARGET: Mapping[str, str] = {
    "load": """
        select member_id as series, period_start_utc, consumption_wh / 1000 as value
        from gold.energy_flow
        where consumption_wh is not null
    """,
    "solar": """
        select
            flow.member_id as series, flow.period_start_utc,
            flow.production_wh * 60 / flow.period_minutes / 1000 / member.panel_kwp as value
        from gold.energy_flow as flow
        inner join gold.member_version as member
            on flow.member_id = member.member_id and flow.period_start_utc >= member.valid_from_utc
            and flow.period_start_utc < coalesce(member.valid_to_utc, timestamp 'infinity')
        where flow.production_wh is not null and member.panel_kwp > 0
    """,
    "price": """
        select bidding_zone as series, period_start_utc, spot_eur_per_mwh::double as value
        from gold.spot_price
        where bidding_zone = $bidding_zone
    """,
}
ZONES = "select member_id, arg_max(zone, valid_from_utc) from gold.member_version group by member_id order by member_id"
PLACE = "select avg(latitude), avg(longitude) from gold.zone"


@dataclass(frozen=True)
class History:
    """A history and what is known of its series.

    Attributes:
        days: load in kWh per slot, solar output in kW per kWp, prices in EUR/MWh.
        source: where it comes from, in words.
        place: latitude and longitude in degrees; of solar output only.
        zones: the zone of each member, where they are known.
        weather: of the days, where it was asked for.
    """

    days: Days
    source: str
    place: tuple[float, float] = (0.0, 0.0)
    zones: Mapping[str, str] = field(default_factory=dict)
    weather: Weather | None = None


def from_lake(lake: Lake, target: str, track: str = NONE) -> History:
    """A target's history in the lake, with the weather of a track.

    Raises:
        ValueError: there is none, or no such track.
    """
    settings, reader = lake.settings, lake.reader()
    asked = {"bidding_zone": settings.bidding_zone} if target == "price" else None
    rows = reader.execute(OF_TARGET[target], asked).pl()
    if rows.is_empty():
        raise ValueError(f"The lake has no {target} to backtest. Land and build some, or name files with --data.")
    days = with_holidays(rows, settings.timezone, settings.holidays, settings.slot_minutes)
    weather = None if track == NONE else weather_of(reader, days, track)
    zones = dict(reader.execute(ZONES).fetchall())
    return History(days, f"the lake at {settings.data}", _place(reader), zones, weather)


def with_holidays(rows: pl.DataFrame, timezone: str, region: str, slot_minutes: int) -> Days:
    """Rows of ``series``, ``period_start_utc``, ``value`` as days, with the holidays of a region."""
    years = rows.select(year=pl.col("period_start_utc").dt.year().unique()).to_series()
    asked = pl.DataFrame({"year": [*years, max(years) + 1]}).with_columns(region=pl.lit(region))
    return days_of(rows, timezone, slot_minutes, produce(asked)["local_date"].to_list())


def _place(reader: Connection) -> tuple[float, float]:
    latitude, longitude = reader.execute(PLACE).fetchall()[0]
    return latitude or 0.0, longitude or 0.0
