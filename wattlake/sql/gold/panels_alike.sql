-- One row is one interval that no reading of some panels covers, and one like time: what other panels had in both.
with missing as (
    select
        interval_minutes,
        unnest(range(0, period_minutes, interval_minutes)) as minutes_away,
        period_start_utc + to_minutes(minutes_away) as start_utc
    from gold.meter_gap
    where
        period_start_utc >= $from_utc - interval 1 day
        and period_start_utc < $to_utc
        and meter_id in (select meter_id from gold.member_meter where measures = 'production')
),

like_time as (
    select distinct
        start_utc as period_start_utc,
        interval_minutes as period_minutes,
        unnest(like_days()) as days_away,
        same_clock_time(start_utc, days_away, $timezone) as like_start_utc
    from missing
    where start_utc >= $from_utc and start_utc < $to_utc
),

wanted as (
    select period_start_utc, period_minutes from like_time
    union
    select like_start_utc, period_minutes from like_time
),

panel as (
    select
        reading.meter_id,
        reading.period_start_utc,
        reading.period_minutes,
        units(reading.energy_kwh) as energy_units,
        reading.known_at_utc
    from silver.meter_reading as reading
    inner join gold.member_meter as meter
        on
            reading.meter_id = meter.meter_id
            and reading.period_start_utc >= meter.valid_from_utc
            and reading.period_start_utc < coalesce(meter.valid_to_utc, timestamp 'infinity')
    semi join wanted
        on reading.period_start_utc = wanted.period_start_utc and reading.period_minutes = wanted.period_minutes
    where
        meter.measures = 'production'
        and reading.provenance <> 'estimated'
        and reading.period_start_utc >= $from_utc - interval 29 days
        and reading.period_start_utc < $to_utc + interval 8 days
)

-- The same meters at both times: one that came or failed in between would make all others look larger or smaller.
select
    like_time.period_start_utc,
    like_time.period_minutes,
    like_time.days_away,
    count(*) as meters,
    of_units(sum(now.energy_units)) as energy_kwh,
    of_units(sum(before.energy_units)) as like_energy_kwh,
    max(greatest(now.known_at_utc, before.known_at_utc)) as known_at_utc
from like_time
inner join panel as now
    on like_time.period_start_utc = now.period_start_utc and like_time.period_minutes = now.period_minutes
inner join panel as before
    on
        like_time.like_start_utc = before.period_start_utc
        and like_time.period_minutes = before.period_minutes
        and now.meter_id = before.meter_id
group by like_time.period_start_utc, like_time.period_minutes, like_time.days_away
