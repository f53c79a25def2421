"""The SELECTs of what is live."""

from datetime import datetime, timedelta

from wattlake.lake.contracts.gold.live import WINDOW_MINUTES
from wattlake.lake.sql import literal, quoted

SHOWN = timedelta(hours=6)
"""How much of the newest windows is drawn."""
RECENT_WINDOWS = 12
MOST_ALERTS = 20
BATCHES_OF = timedelta(minutes=1)
RHYTHM_OF = timedelta(days=2)
"""How much of the newest windows tells the stream's rhythm."""
SILENT_RHYTHMS = 3
"""After so many times its rhythm without an event a stream has stopped: often a quarter of an hour."""
LASTS = "(ended_at_utc is null or ended_at_utc > (select max(committed_at_utc) from ops.stream_batch))"
"""Whether an alert is not over; a warning of the weather says beforehand when it will be."""


def windows(zones: tuple[str, ...], until_utc: datetime) -> str:
    """Sum the newest windows of zones by direction and start."""
    return f"""
        select
            direction,
            period_start_utc,
            sum(mean_power_w)::double / 1000 as power_kw,
            sum(energy_kwh)::double as energy_kwh,
            sum(meters)::bigint as meters,
            list_sort(list(distinct provenance)) as provenances
        from warehouse.live_zone_window
        where {_between(until_utc - SHOWN, until_utc)} and {_within(zones)}
        group by direction, period_start_utc
        order by period_start_utc, direction
    """


def members(zones: tuple[str, ...], until_utc: datetime, midnight_utc: datetime) -> str:
    """Give each member's power now, energy since midnight, and newest windows."""
    since = min(midnight_utc, until_utc - RECENT_WINDOWS * timedelta(minutes=WINDOW_MINUTES))
    return f"""
        with consumed as (
            select
                user_id,
                sum(energy_kwh) filter (period_start_utc >= {literal(midnight_utc)})::double as today_kwh,
                list(mean_power_w order by period_start_utc)[-{RECENT_WINDOWS}:] as recent_w
            from warehouse.live_member_window
            where direction = 'consumption' and {_between(since, until_utc)}
            group by user_id
        )

        select
            user_id, zone, consumption_w, production_w, today_kwh, heard_until_utc, recent_w,
            lasting_alerts > 0 as is_troubled
        from warehouse.live_member
        left join consumed using (user_id)
        where {_within(zones)}
        order by user_id
    """


def now() -> str:
    """Sum what all members consume and produce now."""
    return """
        select coalesce(sum(consumption_w), 0), coalesce(sum(production_w), 0) from warehouse.live_member
    """


def rhythm(until_utc: datetime) -> str:
    """Give the usual seconds from one window that something was told of to the next."""
    width = WINDOW_MINUTES * 60
    return f"""
        with step as (
            select epoch(period_start_utc - lag(period_start_utc) over (order by period_start_utc)) as seconds
            from (
                select distinct period_start_utc
                from warehouse.live_zone_window
                where {_between(until_utc - RHYTHM_OF, until_utc)}
            )
        )

        select greatest(coalesce(quantile_disc(seconds, 0.5), {width}), {width}) from step
    """


def flows() -> str:
    """Sum production, consumption, and what members use of their own, have left over and lack."""
    return """
        with member as (
            select coalesce(production_w, 0)::double as produced_w, coalesce(consumption_w, 0)::double as consumed_w
            from warehouse.live_member
        )

        select
            coalesce(sum(produced_w), 0),
            coalesce(sum(consumed_w), 0),
            coalesce(sum(least(produced_w, consumed_w)), 0),
            coalesce(sum(greatest(produced_w - consumed_w, 0)), 0),
            coalesce(sum(greatest(consumed_w - produced_w, 0)), 0)
        from member
    """


def _between(from_utc: datetime, until_utc: datetime) -> str:
    return f"period_start_utc >= {literal(from_utc)} and period_start_utc <= {literal(until_utc)}"


def _within(zones: tuple[str, ...]) -> str:
    return f"zone in ({', '.join(map(quoted, zones))})" if zones else "true"


def alerts(zones: tuple[str, ...]) -> str:
    """Give the newest alerts, those that last before those that are over."""
    return f"""
        select rule, severity, coalesce(user_id, meter_id, zone) as subject, meter_id, user_id, zone, started_at_utc,
            ended_at_utc, detected_at_utc, evidence, lasts, count(*) filter (lasts) over () as lasting
        from (select *, {LASTS} as lasts from warehouse.live_alert)
        where {_within(zones)}
        order by lasts desc, started_at_utc desc, rule, subject
        limit {MOST_ALERTS}
    """


def batches() -> str:
    """Give the batches of the minute up to the newest commit."""
    return f"""
        select
            committed_at_utc,
            messages,
            epoch(committed_at_utc - oldest_received_at_utc)::double as latency_seconds
        from ops.stream_batch
        where committed_at_utc > (select max(committed_at_utc) from ops.stream_batch)
            - interval {int(BATCHES_OF.total_seconds())} second
        order by committed_at_utc
    """
