-- One row is one interval that no reading covers, between two readings of its meter, and what each method takes it for.
with gap as (
    select * from gold.gap_interval where period_start_utc >= $from_utc and period_start_utc < $to_utc
),

-- Habits follow the clock on the wall: the same time of the same weekday, in the four weeks before and the week after.
like_day as (
    select
        *,
        unnest([-28, -21, -14, -7, 7]) as days_away,
        timezone($timezone, timezone('UTC', period_start_utc)) + to_days(days_away) as local_start,
        timezone('UTC', timezone($timezone, local_start)) as like_start_utc
    from gap
),

like_reading as (
    select
        like_day.meter_id,
        like_day.period_start_utc,
        count(*) as samples,
        min(like_day.days_away) < 0 as has_before,
        max(like_day.days_away) > 0 as has_after,
        sum(units(reading.energy_kwh)) as energy_units,
        max(reading.known_at_utc) as known_at_utc,
        -- What the other meters had at the same times.
        sum(alike.meters - 1) as then_readings,
        sum(units(alike.energy_kwh) - units(reading.energy_kwh)) as then_units,
        max(alike.known_at_utc) as then_known_at_utc
    from silver.meter_reading as reading
    inner join like_day
        on
            reading.meter_id = like_day.meter_id
            and reading.period_start_utc = like_day.like_start_utc
            and reading.period_minutes = like_day.period_minutes
    left join gold.metered_together as alike
        on
            like_day.measures = alike.measures
            and like_day.like_start_utc = alike.period_start_utc
            and like_day.period_minutes = alike.period_minutes
    where
        reading.period_start_utc >= $from_utc - interval 29 days
        and reading.period_start_utc < $to_utc + interval 8 days
    group by like_day.meter_id, like_day.period_start_utc
)

select
    gap.meter_id,
    gap.period_start_utc,
    gap.period_minutes,
    gap.intervals,
    gap.measures,
    like_reading.samples,
    like_reading.has_before,
    like_reading.has_after,
    gap.linear_kwh,
    of_units(rounded_quotient(like_reading.energy_units, like_reading.samples)) as weekday_kwh,
    of_units(alike_amount(
        like_reading.energy_units,
        like_reading.samples,
        units(alike.energy_kwh),
        alike.meters,
        then_units,
        then_readings
    )) as alike_kwh,
    gap.known_at_utc as linear_known_at_utc,
    greatest(gap.known_at_utc, like_reading.known_at_utc) as weekday_known_at_utc,
    greatest(weekday_known_at_utc, then_known_at_utc, alike.known_at_utc) as alike_known_at_utc
from gap
left join like_reading
    on gap.meter_id = like_reading.meter_id and gap.period_start_utc = like_reading.period_start_utc
left join gold.metered_together as alike
    on
        gap.measures = alike.measures
        and gap.period_start_utc = alike.period_start_utc
        and gap.period_minutes = alike.period_minutes
