-- One row is a meter's quarter-hour of a stream that was landed as a reading, but is not what its windows add up to.
-- Of gold.window_5min: warn, consistency.
with landed as (
    select
        landing_id,
        cast(regexp_extract(name, '(\d+)\.csv$', 1) as bigint) as newest_event_landing
    from ops.landing
    where source = 'smart_meters' and mapping in ('live', 'live-simulated')
),

live as (
    select
        meter_id,
        direction,
        time_bucket(interval 15 minutes, period_start_utc) as quarter_utc,
        sum(energy_kwh) as energy_kwh,
        max(_landing_id) as _landing_id
    from gold.window_5min
    -- Those before were looked at by the builds of their days.
    where period_start_utc >= (select max(latest.period_start_utc) - interval 2 days from gold.window_5min as latest)
    group by all
    having sum(covered_seconds) = 900
)

select
    live.meter_id,
    live.direction,
    live.quarter_utc,
    live.energy_kwh,
    reading.energy_kwh as reading_kwh
from live
inner join silver.meter_reading as reading
    on
        live.quarter_utc = reading.period_start_utc
        and (
            (live.meter_id = reading.meter_id and live.direction = 'consumption')
            or (live.meter_id || '-production' = reading.meter_id and live.direction = 'production')
        )
-- A reading of an operator's own file may say otherwise.
inner join landed on reading._landing_id = landed.landing_id
where
    live._landing_id <= (select max(newest.newest_event_landing) from landed as newest)
    and live.energy_kwh <> reading.energy_kwh
