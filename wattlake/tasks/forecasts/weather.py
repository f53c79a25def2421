"""The weather of past and coming days in the lake: as it was forecast, or as it turned out."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from wattlake.lake.sql import Connection
from wattlake.tasks.forecasting.days import Days, Floats
from wattlake.tasks.forecasting.sky import clear_sky_w_per_m2
from wattlake.tasks.forecasting.weather import CLEAR_SKY, FORECAST, MOVING_HOURS, PERFECT, Weather
from wattlake.tasks.forecasts.weather_hours import by_hour, hours_ahead, weather_rows
from wattlake.tasks.producers.pv_output_hourly import produce

ZONES = "select zone, latitude, longitude from gold.zone order by zone"
PANELS = """
    select
        panel_owner.series, newest.entry.zone as "zone", newest.entry.tilt_degrees as tilt_degrees,
        newest.entry.azimuth_degrees as azimuth_degrees
    from panel_owner
    left join (
        select member_id, arg_max(member, valid_from_utc) as entry
        from gold.member_version as member
        where valid_from_utc <= $at_utc
        group by member_id
    ) as newest on panel_owner.series = newest.member_id
    order by panel_owner.number
"""
ZONE_OF = """
    select member_id, arg_max(zone, valid_from_utc)
    from gold.member_version
    where valid_from_utc <= $at_utc
    group by member_id
"""


def weather_of(reader: Connection, days: Days, track: str, at_utc: Sequence[datetime] = ()) -> Weather:
    """Read the weather of a history's days and members.

    Args:
        reader: of the lake.
        days: the days and, as series, the members; its values are not read.
        track: ``forecast``, for each day the newest that was known at its issue, or ``perfect``, for analysis only.
        at_utc: when each day's forecast is issued, naive UTC; by default when the day begins.

    Raises:
        ValueError: there is no such track, or the lake knows no zone.
    """
    if track not in (FORECAST, PERFECT):
        raise ValueError(f"There is no weather of the track `{track}`. Expected {FORECAST} or {PERFECT}.")
    places = reader.execute(ZONES).fetchall()
    if not places:
        raise ValueError("The lake knows no zone to have weather of. Land `members` and build, or go without weather.")
    zones = [zone for zone, *_ in places]
    starts = [days.starts_utc(number) for number in range(days.values.shape[1])]
    issued = list(at_utc) or [next(instants[0] for instants in of_day if instants) for of_day in starts]
    rows = weather_rows(reader, track, issued, back_hours=MOVING_HOURS - 1)
    values, known_at_utc = by_hour(rows, zones, len(issued))
    zone, day = np.arange(len(zones))[:, None, None], np.arange(len(issued))[:, None]
    hour = hours_ahead(starts, issued)
    values_by_slot = {name: part[zone, day, hour] for name, part in values.items()}
    values_by_slot[CLEAR_SKY] = np.stack([clear_sky_w_per_m2(days, *position) for _, *position in places])
    zone_of = dict(reader.execute(ZONE_OF, {"at_utc": max(issued)}).fetchall())
    numbers = tuple(zones.index(zone_of[member]) if member in zone_of else -1 for member in days.series)
    return Weather(track, numbers, values_by_slot, known_at_utc[zone, day, hour])


def chain_of(reader: Connection, days: Days, track: str) -> Floats:
    """Run pvlib's chain on the days' weather: kW per kWp, series × days × slots, NaN if unknown.

    Args:
        reader: of the lake.
        days: the days and, as series, the members; its values are not read.
        track: as in ``weather_of``.
    """
    issued = [next(at for slot in days.starts_utc(number) for at in slot) for number in range(days.values.shape[1])]
    hours = weather_rows(reader, track, issued).sort("issue").unique(["zone", "period_start_utc"], keep="last")
    asked = {"series": days.series, "number": range(len(days.series))}
    reader.register("panel_owner", pl.DataFrame(asked, schema_overrides={"series": pl.String}).to_arrow())
    register = reader.execute(PANELS, {"at_utc": max(issued)}).pl()
    places = reader.execute(ZONES).pl()
    panels = register.select("zone", "tilt_degrees", "azimuth_degrees").drop_nulls().unique(maintain_order=True)
    weather = (
        hours.join(places, on="zone").join(panels, on="zone").with_columns(typical_w_per_kwp=pl.lit(None, pl.Float64))
    )
    return by_panels(produce(weather), days, register)


def by_panels(output: pl.DataFrame, days: Days, register: pl.DataFrame) -> Floats:
    """Give each member its panels' output: kW per kWp, series × days × slots, NaN if unknown."""
    hour, shift = days.slots // 24, timedelta(hours=days.first_hour)
    begin = datetime.combine(days.first_day, datetime.min.time())
    clock = pl.col("period_start_utc").dt.replace_time_zone("UTC").dt.convert_time_zone(days.timezone)
    minutes = (clock.dt.replace_time_zone(None) - shift - begin).dt.total_minutes()
    of_panels: Mapping[tuple[object, ...], pl.DataFrame] = output.with_columns(minute=minutes).partition_by(
        "zone", "tilt_degrees", "azimuth_degrees", as_dict=True
    )
    hourly = np.full((register.height, days.values.shape[1] * 24), np.nan)
    for number, panels in enumerate(register.select("zone", "tilt_degrees", "azimuth_degrees").iter_rows()):
        if (hours := of_panels.get(panels)) is not None:
            hour_number = hours["minute"].to_numpy() // 60
            is_there = (hour_number >= 0) & (hour_number < hourly.shape[1])
            hourly[number, hour_number[is_there]] = hours["output_w_per_kwp"].to_numpy()[is_there] / 1000
    return np.repeat(hourly, hour, axis=1).reshape(register.height, -1, days.slots)
