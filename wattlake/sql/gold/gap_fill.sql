-- One row is one interval that no reading covers, between two readings of its meter, with the energy it is taken to have.
with missing as (
    select
        *,
        period_minutes // interval_minutes as intervals,
        unnest(range(period_minutes // interval_minutes)) as place
    from gold.meter_gap
    where period_start_utc >= $from_utc - interval 1 day and period_start_utc < $to_utc
),

gap as (
    select
        meter_id,
        period_start_utc + to_minutes(place * interval_minutes) as period_start_utc,
        interval_minutes,
        intervals,
        units(before_kw) * (intervals - place) + units(after_kw) * (place + 1) as between_units,
        known_at_utc
    from missing
    where
        period_start_utc + to_minutes(place * interval_minutes) >= $from_utc
        and period_start_utc + to_minutes(place * interval_minutes) < $to_utc
),

-- Habits follow the clock on the wall: the same time of the same weekday, in the four weeks before and the week after.
like_day as (
    select
        meter_id,
        period_start_utc,
        interval_minutes,
        unnest([-28, -21, -14, -7, 7]) as days_away,
        timezone($timezone, timezone('UTC', period_start_utc)) + to_days(days_away) as local_start,
        timezone('UTC', timezone($timezone, local_start)) as like_start_utc
    from gap
    where intervals > 2
),

like_reading as (
    select
        like_day.meter_id,
        like_day.period_start_utc,
        count(*) as samples,
        min(like_day.days_away) < 0 as has_before,
        max(like_day.days_away) > 0 as has_after,
        sum(units(reading.energy_kwh)) as energy_units,
        max(reading.known_at_utc) as known_at_utc
    from silver.meter_reading as reading
    inner join like_day
        on
            reading.meter_id = like_day.meter_id
            and reading.period_start_utc = like_day.like_start_utc
            and reading.period_minutes = like_day.interval_minutes
    where
        reading.period_start_utc >= $from_utc - interval 29 days
        and reading.period_start_utc < $to_utc + interval 8 days
    group by like_day.meter_id, like_day.period_start_utc
)

select
    gap.meter_id,
    gap.period_start_utc,
    gap.interval_minutes as period_minutes,
    of_units(case
        when gap.intervals <= 2
            then rounded_quotient(gap.between_units * gap.interval_minutes, (gap.intervals + 1) * 60)
        else rounded_quotient(like_reading.energy_units, like_reading.samples)
    end) as energy_kwh,
    case
        when gap.intervals <= 2 then 'linear'
        when not like_reading.has_after then 'same weekday before'
        when not like_reading.has_before then 'same weekday after'
        else 'same weekday before and after'
    end as estimation_method,
    coalesce(like_reading.samples, 2) as samples,
    greatest(gap.known_at_utc, like_reading.known_at_utc) as known_at_utc,
    'estimated' as provenance
from gap
left join like_reading
    on gap.meter_id = like_reading.meter_id and gap.period_start_utc = like_reading.period_start_utc
where gap.intervals <= 2 or like_reading.samples > 0
