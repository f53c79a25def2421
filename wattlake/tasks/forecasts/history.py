"""The history of load, solar output or prices that forecasts are made from, out of gold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection
from wattlake.lake.store.lake import Lake
from wattlake.lake.times import aware_utc
from wattlake.tasks.forecasting.days import Days, Floats, days_of
from wattlake.tasks.forecasting.weather import NONE, Weather
from wattlake.tasks.forecasts.weather import chain_of, weather_of
from wattlake.tasks.producers.holiday import produce

TARGETS = {"load": "consumption", "solar": "production", "price": "price"}
"""The names of targets on the command line, and in the lake."""
MARKET_CLOCK = "Europe/Brussels"
"""A delivery day of Europe's coupled day-ahead market (SDAC) is one of Central European Time, wherever one lives."""
ROWS_AT_ONCE = 1_000_000
EVER = datetime.combine(date.max, time.min)
BEGINNING = datetime.combine(date.min, time.min)

VALUES: Mapping[str, str] = {
    "consumption": """
        select flow.member_id as series, calendar.local_start, flow.consumption_kwh::double as value
        from gold.energy_flow as flow
        inner join gold.calendar as calendar using (period_start_utc)
        where flow.consumption_kwh is not null and flow.known_at_utc <= $issued_at_utc
        and flow.period_start_utc >= $from_utc and flow.period_start_utc < $issued_at_utc
    """,
    "production": """
        select
            flow.member_id as series, calendar.local_start,
            units(flow.production_kwh) * 0.00006 / flow.period_minutes / member.panel_kwp as value
        from gold.energy_flow as flow
        inner join gold.calendar as calendar using (period_start_utc)
        inner join gold.member_version as member
            on flow.member_id = member.member_id and flow.period_start_utc >= member.valid_from_utc
            and flow.period_start_utc < coalesce(member.valid_to_utc, timestamp 'infinity')
        where flow.production_kwh is not null and member.panel_kwp > 0 and flow.known_at_utc <= $issued_at_utc
        and flow.period_start_utc >= $from_utc and flow.period_start_utc < $issued_at_utc
    """,
    "price": f"""
        select
            bidding_zone as series, timezone('{MARKET_CLOCK}', timezone('UTC', period_start_utc)) as local_start,
            spot_eur_per_mwh::double as value
        from gold.spot_price
        where known_at_utc <= $issued_at_utc and period_start_utc >= $from_utc
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
        weather: of the days, where it was asked for; of load.
        chain: what it makes of the panels, kW per kWp, series × days × slots; of solar output.
    """

    days: Days
    source: str
    place: tuple[float, float] = (0.0, 0.0)
    zones: Mapping[str, str] = field(default_factory=dict)
    weather: Weather | None = None
    chain: Floats | None = None


def from_lake(lake: Lake, target: str, track: str = NONE) -> History:
    """Read the whole history of a target in days from midnight, with weather of a track.

    Raises:
        ValueError: there is none, or no such track.
    """
    settings, reader = lake.settings, lake.reader()
    of_price = target == "price"
    names = [settings.bidding_zone] if of_price else [name for (name, _) in reader.execute(ZONES).fetchall()]
    timezone = MARKET_CLOCK if of_price else settings.timezone
    days = read_days(reader, settings, TARGETS[target], names, timezone)
    if days is None:
        raise ValueError(f"The lake has no {target} to backtest. Land and build some, or name files with --data.")
    there = np.flatnonzero(~np.isnan(days.values).all((1, 2))).tolist()
    days, zones = days.only(there), dict(reader.execute(ZONES).fetchall())
    history = History(days, f"the lake at {settings.data}", place_of(reader), zones)
    if track == NONE:
        return history
    if target == "solar":
        return replace(history, chain=chain_of(reader, days, track))
    return replace(history, weather=weather_of(reader, days, track))


def read_days(
    reader: Connection,
    settings: Settings,
    target: str,
    series: Sequence[str],
    timezone: str,
    issued_at_utc: datetime = EVER,
    most_days: int | None = None,
    first_hour: int = 0,
) -> Days | None:
    """Read what was known of a target at a time as days of a clock; None where nothing was.

    Args:
        reader: with the lake as its current database.
        settings: of the lake.
        target: consumption (kWh per slot), production (kW per kWp) or price (EUR/MWh).
        series: members, or the bidding zone, in the order wanted.
        timezone: whose clock.
        issued_at_utc: the time, without an offset; of prices, those that were published by then.
        most_days: how far to look back.
        first_hour: the hour of the local clock at which days begin.
    """
    since = BEGINNING if most_days is None else issued_at_utc - timedelta(days=most_days)
    asked = {"issued_at_utc": issued_at_utc, "from_utc": since}
    reader.register("wanted_series", pl.DataFrame({"series": list(series), "number": range(len(series))}).to_arrow())
    rows = f"from ({VALUES[target]}) as history inner join wanted_series using (series)"
    shift = timedelta(hours=first_hour)
    first, last = reader.execute(f"select min(local_start), max(local_start) {rows}", asked).fetchall()[0]
    if first is None:
        return None
    first_day, last_day = (first - shift).date(), (last - shift).date()
    total, count = np.zeros((2, len(series), (last_day - first_day).days + 1, 24 * 60 // settings.slot_minutes))
    batches = reader.execute(f"select number, local_start, value {rows}", asked).to_arrow_reader(ROWS_AT_ONCE)
    for batch in batches:
        _add(pl.DataFrame(batch), first_day, shift, settings.slot_minutes, total, count)
    values = np.divide(total, count, out=np.full_like(total, np.nan), where=count > 0)
    free = holidays(settings.holidays, range(first_day.year, last_day.year + 2))
    return Days(tuple(series), first_day, values, timezone, free, first_hour)


def with_holidays(rows: pl.DataFrame, timezone: str, region: str, slot_minutes: int) -> Days:
    """Turn rows of ``series``, ``period_start_utc``, ``value`` into days, with holidays."""
    years = rows.select(year=pl.col("period_start_utc").dt.year().unique()).to_series()
    return days_of(rows, timezone, slot_minutes, holidays(region, range(min(years), max(years) + 2)))


def holidays(region: str, years: Sequence[int]) -> frozenset[date]:
    """List the public holidays of a region in some years."""
    asked = pl.DataFrame({"year": list(years)}).with_columns(region=pl.lit(region))
    return frozenset(produce(asked)["local_date"].to_list())


def place_of(reader: Connection) -> tuple[float, float]:
    """Find the middle of the community, latitude and longitude in degrees."""
    latitude, longitude = reader.execute(PLACE).fetchall()[0]
    return latitude or 0.0, longitude or 0.0


def local(instant_utc: datetime, timezone: str) -> datetime:
    """Read a local clock at an instant of UTC; both without an offset."""
    return aware_utc(instant_utc).astimezone(ZoneInfo(timezone)).replace(tzinfo=None)


def _add(
    rows: pl.DataFrame, first_day: date, shift: timedelta, slot_minutes: int, total: Floats, count: Floats
) -> None:
    """Add rows of ``number``, ``local_start``, ``value`` into series × days × slots."""
    minutes = rows.select(
        (pl.col("local_start") - shift - datetime.combine(first_day, datetime.min.time())).dt.total_minutes()
    ).to_series()
    day, minute = np.divmod(minutes.to_numpy(), 24 * 60)
    cells = np.ravel_multi_index((rows["number"].to_numpy(), day, minute // slot_minutes), total.shape)
    np.add.at(total.reshape(-1), cells, rows["value"].to_numpy())
    np.add.at(count.reshape(-1), cells, 1.0)
