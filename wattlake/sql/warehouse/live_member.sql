-- One row is one member of whom a stream told in its last day: power now, the last hour, and the last word.
with newest_window as (
    select max(period_start_utc) as newest_utc from gold.window_5min
),

of_meter as (
    select
        coalesce(member_id, meter_id) as user_id,
        meter_id,
        direction,
        max_by(zone, period_start_utc) as zone,
        max(period_start_utc) as heard_utc,
        -- A meter that was silent for an hour has no power that is known.
        if(
            max(period_start_utc) > (select newest_utc from newest_window) - interval 1 hour,
            max_by(mean_power_w, period_start_utc),
            null
        ) as power_w,
        bool_or(provenance = 'simulated') as is_simulated
    from gold.window_5min
    where period_start_utc > (select newest_utc from newest_window) - interval 1 day
    group by coalesce(member_id, meter_id), meter_id, direction
),

last_hour as (
    select
        coalesce(member_id, meter_id) as user_id,
        sum(energy_kwh) filter (direction = 'consumption') as consumption_kwh,
        sum(energy_kwh) filter (direction = 'production') as production_kwh,
        sum(covered_seconds) as covered_seconds
    from gold.window_5min
    where period_start_utc > (select newest_utc from newest_window) - interval 1 hour
    group by coalesce(member_id, meter_id)
),

lasting as (
    select
        coalesce(member_id, meter_id) as user_id,
        count(*) as lasting_alerts
    from gold.live_alert
    where ended_at_utc is null
    group by coalesce(member_id, meter_id)
)

select
    of_meter.user_id,
    any_value(of_meter.zone) as zone,
    count(distinct of_meter.meter_id) as meters,
    sum(of_meter.power_w) filter (of_meter.direction = 'consumption') as consumption_w,
    sum(of_meter.power_w) filter (of_meter.direction = 'production') as production_w,
    cast(coalesce(any_value(last_hour.consumption_kwh), 0) as decimal(18, 6)) as hour_consumption_kwh,
    cast(coalesce(any_value(last_hour.production_kwh), 0) as decimal(18, 6)) as hour_production_kwh,
    coalesce(any_value(last_hour.covered_seconds), 0) / (count(*) * 3600) as hour_covered_ratio,
    max(of_meter.heard_utc) + interval 5 minutes as heard_until_utc,
    coalesce(any_value(lasting.lasting_alerts), 0) as lasting_alerts,
    if(bool_or(of_meter.is_simulated), 'simulated', 'measured') as provenance
from of_meter
left join last_hour using (user_id)
left join lasting using (user_id)
group by of_meter.user_id
