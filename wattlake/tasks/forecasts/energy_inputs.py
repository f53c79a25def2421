"""The inputs of load and output: history, register, sky, and the weather as it was forecast."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from wattlake.lake.settings import Settings
from wattlake.lake.sql import Connection
from wattlake.tasks.forecasting.forecaster import Known
from wattlake.tasks.forecasting.sky import clear_sky_w_per_m2
from wattlake.tasks.forecasting.weather import FORECAST
from wattlake.tasks.forecasts.history import BEGINNING, local, place_of, read_days
from wattlake.tasks.forecasts.inputs import Situation, exactly
from wattlake.tasks.forecasts.weather import by_panels, weather_of
from wattlake.tasks.producers.pv_output_hourly import produce

COMMUNITY = "community"
CHAIN_DAYS = 120
"""Weather forecasts are read so many days back."""

REGISTER = """
    select
        member.member_id as series, member.zone, member.panel_kwp, member.tilt_degrees, member.azimuth_degrees,
        concat_ws('|', member.member_type, member.acorn_group, member.tariff) as kind,
        coalesce(bool_or(flow.provenance = 'simulated'), false) as is_simulated
    from gold.member_version as member
    left join (
        select distinct member_id, {target}_provenance as provenance
        from gold.energy_flow
        where period_start_utc >= $since_utc and period_start_utc < $issued_at_utc
    ) as flow using (member_id)
    where member.valid_from_utc <= $issued_at_utc
    and coalesce(member.valid_to_utc, timestamp 'infinity') > $issued_at_utc
    group by all
    order by series
"""

WEATHER = """
    with issued as (
        select
            *,
            $issued_at_utc - to_days(cast(greatest(
                ceil(epoch($issued_at_utc - period_start_utc) / 86400), 0
            ) as integer)) as day_begins_utc
        from silver.weather_forecast
        where period_start_utc >= $from_utc and period_start_utc < $issued_at_utc + interval 1 day
        and issued_at_utc <= $issued_at_utc
    ),

    expected as (
        select "zone", period_start_utc, max_by(issued, issued_at_utc) as newest
        from issued
        where issued_at_utc <= day_begins_utc
        group by all
    )

    select
        panel.zone, panel.tilt_degrees, panel.azimuth_degrees, zone.latitude, zone.longitude, expected.period_start_utc,
        expected.newest.temperature_celsius, expected.newest.wind_m_per_s, expected.newest.shortwave_w_per_m2,
        expected.newest.direct_w_per_m2, expected.newest.diffuse_w_per_m2,
        cast(null as double) as typical_w_per_kwp, expected.newest.known_at_utc
    from expected
    inner join gold.zone as zone using ("zone")
    inner join (
        select distinct "zone", tilt_degrees, azimuth_degrees from panels_now
    ) as panel on expected."zone" = panel."zone"
"""


def energy_inputs(
    reader: Connection, settings: Settings, target: str, issued_at_utc: datetime, most_days: int
) -> Situation | None:
    """Read what is known of load or output at a time; None where nothing is.

    Args:
        reader: with the lake as its current database.
        settings: of the lake.
        target: consumption or production.
        issued_at_utc: the time, without an offset.
        most_days: how many days of history are read at most.
    """
    slot = timedelta(minutes=settings.slot_minutes)
    first_slot = issued_at_utc + (BEGINNING - issued_at_utc) % slot
    since = {"issued_at_utc": issued_at_utc, "since_utc": issued_at_utc - timedelta(days=28)}
    register = reader.execute(REGISTER.format(target=target), since).pl()
    if target == "production":
        register = register.filter(pl.col("panel_kwp") > 0)
    begin, series = local(first_slot, settings.timezone), register["series"].to_list()
    if not series:
        return None
    asked = (settings.timezone, issued_at_utc, most_days, begin.hour)
    days = read_days(reader, settings, target, series, *asked)
    if days is None:
        return None
    number = days.number((begin - timedelta(hours=begin.hour)).date())
    known = Known(
        exactly(days, number),
        _groups(register),
        None if target == "consumption" else register["panel_kwp"].to_numpy() * settings.slot_minutes / 60,
        tuple(register["kind"].to_list()),
    )
    if target == "production":
        known = _with_sky(reader, known, number, register, first_slot)
    elif reader.execute("from gold.zone limit 1").fetchone():
        slots = np.broadcast_to(np.nan, (len(series), number + 1, days.slots))
        known = replace(known, weather=weather_of(reader, replace(known.days, values=slots), FORECAST))
    return Situation(known, number, register, first_slot)


def _groups(register: pl.DataFrame) -> dict[str, Sequence[int]]:
    """List the members of each zone, and of all together."""
    zones = register.with_row_index("number").group_by("zone").agg("number").sort("zone")
    groups: dict[str, Sequence[int]] = {zone: sorted(numbers) for zone, numbers in zones.iter_rows()}
    return groups | {COMMUNITY: range(register.height)}


def _with_sky(reader: Connection, known: Known, number: int, register: pl.DataFrame, first_slot: datetime) -> Known:
    """Add radiation under a clear sky, and the output of panels under the forecast weather."""
    days = known.days.with_days(number + 1)
    clear = clear_sky_w_per_m2(days, *place_of(reader))
    reader.register("panels_now", register.to_arrow())
    asked = {"issued_at_utc": first_slot, "from_utc": first_slot - timedelta(days=CHAIN_DAYS)}
    output = produce(reader.execute(WEATHER, asked).pl())
    if output.is_empty():
        return replace(known, clear_w_per_m2=clear)
    return replace(known, clear_w_per_m2=clear, chain=by_panels(output, days, register))
