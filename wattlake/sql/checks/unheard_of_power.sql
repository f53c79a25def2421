-- One row is a day on which a meter has over 25 kW, and ten times what it had in any of the 90 days before.
-- Of silver.meter_reading: warn, validity.
with great as (
    select distinct meter_id from silver.meter_reading where energy_kwh * 60 > 25 * period_minutes
),

day as (
    select
        reading.meter_id,
        cast(reading.period_start_utc as date) as day_utc,
        max(reading.energy_kwh * (60 // reading.period_minutes)) as most_kw
    from silver.meter_reading as reading
    semi join great on reading.meter_id = great.meter_id
    group by reading.meter_id, day_utc
),

-- Of forty homes none had over 11 kW, and none on any day six times the most of the days before.
judged as (
    select
        *,
        max(most_kw) over earlier as most_kw_before,
        count(*) over earlier as days_before
    from day
    window earlier as (
        partition by meter_id order by day_utc range between interval 90 days preceding and interval 1 day preceding
    )
)

select
    meter_id,
    day_utc,
    most_kw,
    most_kw_before
from judged
where most_kw > 25 and days_before >= 14 and most_kw > 10 * most_kw_before
