-- One row is one stretch of at most a day that no reading of a meter covers, between two that it has.
with metered_day as (
    select
        meter_id,
        period_start_utc as day_utc,
        measured_minutes,
        lead(period_start_utc) over (partition by meter_id order by period_start_utc) as next_day_utc
    from gold.meter_daily
    where period_start_utc >= $from_utc - interval 1 day and period_start_utc < $to_utc + interval 1 day
),

gap_day as (
    select meter_id, day_utc from metered_day where measured_minutes < 1440
    union all
    select meter_id, day_utc + interval 1 day from metered_day where next_day_utc = day_utc + interval 2 days
),

-- The readings on both sides of such a gap are on the day that it begins, on the day before or on the day after.
near_day as (
    select distinct meter_id, unnest([day_utc - interval 1 day, day_utc, day_utc + interval 1 day]) as day_utc
    from gap_day
    where day_utc >= $from_utc and day_utc < $to_utc
),

neighbour as (
    select
        reading.*,
        reading.period_start_utc + to_minutes(reading.period_minutes) as end_utc,
        lead(reading.period_start_utc) over of_meter as next_start_utc,
        lead(reading.period_minutes) over of_meter as next_minutes,
        lead(reading.energy_kwh) over of_meter as next_kwh,
        lead(reading.known_at_utc) over of_meter as next_known_at_utc
    from silver.meter_reading as reading
    semi join near_day
        on reading.meter_id = near_day.meter_id and date_trunc('day', reading.period_start_utc) = near_day.day_utc
    where
        reading.period_start_utc >= $from_utc - interval 1 day and reading.period_start_utc < $to_utc + interval 1 day
    window of_meter as (partition by reading.meter_id order by reading.period_start_utc)
)

select
    neighbour.meter_id,
    neighbour.end_utc as period_start_utc,
    date_diff('minute', neighbour.end_utc, neighbour.next_start_utc) as period_minutes,
    gcd(neighbour.period_minutes, neighbour.next_minutes) as interval_minutes,
    neighbour.energy_kwh * (60 // neighbour.period_minutes) as before_kw,
    neighbour.next_kwh * (60 // neighbour.next_minutes) as after_kw,
    greatest(neighbour.known_at_utc, neighbour.next_known_at_utc) as known_at_utc
from neighbour
-- Days in between that were not looked at are no gap.
semi join gap_day on neighbour.meter_id = gap_day.meter_id and date_trunc('day', neighbour.end_utc) = gap_day.day_utc
where
    neighbour.next_start_utc > neighbour.end_utc
    and neighbour.next_start_utc <= neighbour.end_utc + interval 1 day
    and neighbour.end_utc >= $from_utc
    and neighbour.end_utc < $to_utc
