"""What is known of a target at a time of issue: history, register, sky, and the weather as it was forecast."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from wattlake.lake.settings import Settings
from wattlake.lake.store.connection import Connection
from wattlake.lake.store.lake import Lake
from wattlake.tasks.forecasting.days import Days
from wattlake.tasks.forecasting.forecaster import Known
from wattlake.tasks.forecasting.sky import clear_sky_w_per_m2
from wattlake.tasks.forecasting.weather import FORECAST
from wattlake.tasks.forecasts.history import BEGINNING, MARKET_CLOCK, local, place_of, read_days
from wattlake.tasks.forecasts.weather import by_panels, weather_of
from wattlake.tasks.producers.pv_output_hourly import produce

COMMUNITY = "community"
READINGS_ARE_LATE_AFTER = timedelta(days=3)
CHAIN_DAYS = 120
"""The weather as it was forecast is read so far back."""
STALEST_PRICES = 7
"""Prices that end so many days before an issue are too old to forecast from."""

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

ENDS = """
    select quantile_disc(end_utc, 0.5)
    from (
        select max(period_start_utc + to_minutes(period_minutes)) as end_utc
        from gold.energy_flow
        where consumption_wh is not null
        group by member_id
    )
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


@dataclass(frozen=True)
class Situation:
    """What is known of a target at a time of issue.

    Attributes:
        known: what a forecaster may read.
        number: the day that is to be forecast: of energy the one that begins with the first slot of the horizon, of
            prices the first delivery day that is not published whole.
        register: one row per series: ``series``, ``zone``, ``panel_kwp``, ``is_simulated``.
        first_slot_utc: the first slot of the horizon.
    """

    known: Known
    number: int
    register: pl.DataFrame
    first_slot_utc: datetime

    def without(self, late_slots: int) -> "Situation":
        """The same without so many slots before the issue, whose readings come late."""
        return replace(self, known=replace(self.known, days=replace(self.known.days, late_slots=late_slots)))


def time_of_issue(lake: Lake, now_utc: datetime) -> datetime:
    """When a forecast is issued: at the full hour, or where the readings are days old, where they end.

    They end where those of half the members have ended: some leave early, and one stray reading is no end.
    """
    end = readings_end(lake.reader())
    hour = now_utc.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    if end is None or end.replace(tzinfo=UTC) > hour - READINGS_ARE_LATE_AFTER:
        return hour
    return end.replace(tzinfo=UTC)


def readings_end(reader: Connection) -> datetime | None:
    """Where the readings of half the members have ended; UTC without an offset."""
    (end,) = reader.execute(ENDS).fetchall()[0]
    return end


def situation(
    reader: Connection, settings: Settings, target: str, issued_at_utc: datetime, most_days: int
) -> Situation | None:
    """What is known of a target at a time; None where nothing is.

    Args:
        reader: with the lake as its current database.
        settings: of the lake.
        target: consumption, production or price.
        issued_at_utc: the time, without an offset.
        most_days: how many days of history are read at most.
    """
    if target == "price":
        return _of_price(reader, settings, issued_at_utc, most_days)
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
        _exactly(days, number),
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


def late_slots(reader: Connection, slot_minutes: int, issue_hour: int) -> int:
    """How many slots before an issue are not known yet, for readings end at the clock time they end at now."""
    end = readings_end(reader)
    if end is None:
        return 0
    hours = timedelta(hours=issue_hour) - timedelta(hours=end.hour, minutes=end.minute)
    return (hours % timedelta(days=1)) // timedelta(minutes=slot_minutes)


def _exactly(days: Days, count: int) -> Days:
    """So many days: what is missing at the end is not known."""
    return replace(days, values=days.with_days(count).values)


def _groups(register: pl.DataFrame) -> dict[str, Sequence[int]]:
    """The members of each zone, and of all together."""
    zones = register.with_row_index("number").group_by("zone").agg("number").sort("zone")
    found: dict[str, Sequence[int]] = {zone: sorted(numbers) for zone, numbers in zones.iter_rows()}
    return found | {COMMUNITY: range(register.height)}


def _with_sky(reader: Connection, known: Known, number: int, register: pl.DataFrame, first_slot: datetime) -> Known:
    """Radiation under a clear sky, and what the weather as it was forecast makes of the panels."""
    days = known.days.with_days(number + 1)
    clear = clear_sky_w_per_m2(days, *place_of(reader))
    reader.register("panels_now", register.to_arrow())
    asked = {"issued_at_utc": first_slot, "from_utc": first_slot - timedelta(days=CHAIN_DAYS)}
    output = produce(reader.execute(WEATHER, asked).pl())
    if output.is_empty():
        return replace(known, clear_w_per_m2=clear)
    return replace(known, clear_w_per_m2=clear, chain=by_panels(output, days, register))


def _of_price(reader: Connection, settings: Settings, issued_at_utc: datetime, most_days: int) -> Situation | None:
    days = read_days(reader, settings, "price", [settings.bidding_zone], MARKET_CLOCK, issued_at_utc, most_days)
    if days is None:
        return None
    is_known = ~np.isnan(days.values[0])
    whole = np.flatnonzero(is_known.mean(1) > 0.9)  # the hour that a clock skips is not there
    number = int(whole[-1]) + 1 if whole.size else 0
    today = days.number(local(issued_at_utc, MARKET_CLOCK).date())
    if today - number > STALEST_PRICES or not number:
        return None
    simulated = reader.execute(
        "select coalesce(bool_or(provenance = 'simulated'), false) from gold.spot_price where bidding_zone = ?",
        [settings.bidding_zone],
    ).fetchall()[0][0]
    register = pl.DataFrame({"series": [settings.bidding_zone], "is_simulated": [simulated]})
    return Situation(Known(_exactly(days, number)), number, register, issued_at_utc)
