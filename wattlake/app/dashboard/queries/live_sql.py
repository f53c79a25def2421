"""The SELECTs of what is live."""

from datetime import datetime, timedelta

from wattlake.lake.contracts.gold.live import WINDOW_MINUTES
from wattlake.lake.sql import literal, quoted

SHOWN = timedelta(hours=6)
"""How much of the newest windows is drawn."""
NOW_LASTS = timedelta(hours=1)
"""A meter whose newest window began longer ago is silent: its power now is not known."""
RECENT_WINDOWS = 24
MOST_ALERTS = 50
BATCHES_OF = timedelta(minutes=1)


def known(zones: tuple[str, ...], from_utc: datetime, until_utc: datetime) -> str:
    """Begin a SELECT with the windows of a stretch of time, each with its owner."""
    return f"""
        with known as (
            select *, coalesce(user_id, meter_id) as owner
            from warehouse.live_window
            where period_start_utc >= {literal(from_utc)}
                and period_start_utc <= {literal(until_utc)}
                and {_within(zones)}
        )
    """


def _within(zones: tuple[str, ...]) -> str:
    return f"zone in ({', '.join(map(quoted, zones))})" if zones else "true"


def windows(until_utc: datetime) -> str:
    """Sum the known windows by direction and start."""
    return f"""
        select
            direction,
            period_start_utc,
            sum(mean_power_w)::double / 1000 as power_kw,
            sum(energy_kwh)::double as energy_kwh,
            count(distinct meter_id) as meters
        from known
        where period_start_utc >= {literal(until_utc - SHOWN)}
        group by direction, period_start_utc
        order by period_start_utc, direction
    """


def members(until_utc: datetime, midnight_utc: datetime) -> str:
    """Give each owner of meters: power now, energy since midnight, and the newest windows."""
    return f"""
        , of_meter as (
            select
                owner,
                meter_id,
                direction,
                max_by(zone, period_start_utc) as zone,
                max(period_start_utc) as newest_utc,
                max_by(mean_power_w, period_start_utc) as power_w,
                sum(energy_kwh) filter (period_start_utc >= {literal(midnight_utc)}) as today_kwh
            from known
            group by owner, meter_id, direction
        ),

        {_recent()}

        select
            owner as user_id,
            any_value(zone) as zone,
            sum(power_w) filter (direction = 'consumption' and {_is_now(until_utc)})::double as consumption_w,
            sum(power_w) filter (direction = 'production' and {_is_now(until_utc)})::double as production_w,
            sum(today_kwh) filter (direction = 'consumption')::double as today_kwh,
            max(newest_utc) + interval {WINDOW_MINUTES} minutes as seen_utc,
            any_value(recent_w) as recent_w
        from of_meter
        left join recent using (owner)
        group by owner
        order by owner
    """


def _recent() -> str:
    return f"""
        recent as (
            select owner, list(power_w order by period_start_utc) as recent_w
            from (
                select owner, period_start_utc, sum(mean_power_w)::double as power_w
                from known
                where direction = 'consumption'
                group by owner, period_start_utc
                qualify row_number() over (partition by owner order by period_start_utc desc) <= {RECENT_WINDOWS}
            )
            group by owner
        )
    """


def _is_now(until_utc: datetime) -> str:
    return f"newest_utc >= {literal(until_utc - NOW_LASTS)}"


def alerts(zones: tuple[str, ...]) -> str:
    """Give the newest alerts, those that last before those that are over."""
    return f"""
        select rule, severity, coalesce(user_id, meter_id, zone) as subject, meter_id, user_id, zone, started_at_utc,
            ended_at_utc, detected_at_utc, evidence, count(*) filter (ended_at_utc is null) over () as lasting
        from warehouse.live_alert
        where {_within(zones)}
        order by ended_at_utc is not null, started_at_utc desc, rule, subject
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
