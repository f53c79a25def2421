-- One row is one interval that no reading covers, between two readings of its meter, with the energy it is taken to have.
with gap as (
    select
        * exclude (period_start_utc, period_minutes),
        period_minutes // interval_minutes as intervals,
        unnest(range(period_minutes // interval_minutes)) as place,
        period_start_utc + to_minutes(place * interval_minutes) as start_utc,
        units(before_kw) * (intervals - place) + units(after_kw) * (place + 1) as between_units,
        of_units(rounded_quotient(between_units * interval_minutes, (intervals + 1) * 60)) as linear_kwh,
        meter_id in (select meter_id from gold.member_meter where measures = 'production') as is_panels
    from gold.meter_gap
    where period_start_utc >= $from_utc - interval 1 day and period_start_utc < $to_utc
),

-- Habits follow the clock on the wall: the same time of the same weekday, in the four weeks before and the week after.
like_day as (
    select
        *,
        unnest(like_days()) as days_away,
        same_clock_time(start_utc, days_away, $timezone) as like_start_utc
    from gap
),

like_reading as (
    select
        like_day.meter_id,
        like_day.start_utc,
        count(*) as samples,
        max(like_day.days_away) > 0 as has_after,
        min(like_day.days_away) < 0 as has_before,
        of_units(rounded_quotient(sum(units(reading.energy_kwh)), samples)) as weekday_kwh,
        max(reading.known_at_utc) as weekday_known_at_utc,
        count(alike.meters) as alike_samples,
        sum(units(reading.energy_kwh)) filter (alike.meters > 0) as own_units,
        sum(units(alike.energy_kwh)) as now_units,
        of_units(alike_units(own_units, alike_samples, now_units, sum(units(alike.like_energy_kwh)))) as alike_kwh,
        max(greatest(reading.known_at_utc, alike.known_at_utc)) filter (alike.meters > 0) as alike_known_at_utc
    from like_day
    inner join silver.meter_reading as reading
        on
            like_day.meter_id = reading.meter_id
            and like_day.like_start_utc = reading.period_start_utc
            and like_day.interval_minutes = reading.period_minutes
            and reading.period_start_utc >= $from_utc - interval 29 days
            and reading.period_start_utc < $to_utc + interval 8 days
    left join gold.panels_alike as alike
        on
            like_day.start_utc = alike.period_start_utc
            and like_day.interval_minutes = alike.period_minutes
            and like_day.days_away = alike.days_away
            and like_day.is_panels and reading.provenance <> 'estimated' and alike.meters >= 3
            and alike.period_start_utc >= $from_utc and alike.period_start_utc < $to_utc
    group by like_day.meter_id, like_day.start_utc
)

select
    gap.meter_id,
    gap.start_utc as period_start_utc,
    gap.interval_minutes as period_minutes,
    -- By length of gap and by what is measured, that which came nearest to hidden readings (docs/estimates.md).
    coalesce(alike_kwh, if(gap.intervals <= 2, gap.linear_kwh, weekday_kwh)) as energy_kwh,
    case
        when alike_kwh is not null then 'members alike'
        when gap.intervals <= 2 then 'linear'
        when not has_after then 'same weekday before'
        when not has_before then 'same weekday after'
        else 'same weekday before and after'
    end as estimation_method,
    case estimation_method when 'members alike' then alike_samples when 'linear' then 2 else samples end as samples,
    gap.linear_kwh,
    weekday_kwh,
    alike_kwh,
    greatest(gap.known_at_utc, case estimation_method
        when 'members alike' then alike_known_at_utc when 'linear' then null else weekday_known_at_utc
    end) as known_at_utc,
    'estimated' as provenance
from gap
left join like_reading on gap.meter_id = like_reading.meter_id and gap.start_utc = like_reading.start_utc
where gap.start_utc >= $from_utc and gap.start_utc < $to_utc and (gap.intervals <= 2 or samples > 0)
