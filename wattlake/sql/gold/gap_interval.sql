-- One row is one interval that no reading covers, between two readings of its meter, and where the line between them is.
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
        * exclude (period_start_utc),
        period_start_utc + to_minutes(place * interval_minutes) as period_start_utc,
        units(before_kw) * (intervals - place) + units(after_kw) * (place + 1) as between_units
    from missing
)

select
    gap.meter_id,
    gap.period_start_utc,
    gap.interval_minutes as period_minutes,
    gap.intervals,
    meter.measures,
    of_units(rounded_quotient(gap.between_units * gap.interval_minutes, (gap.intervals + 1) * 60)) as linear_kwh,
    gap.known_at_utc
from gap
left join gold.member_meter as meter
    on
        gap.meter_id = meter.meter_id
        and gap.period_start_utc >= meter.valid_from_utc
        and gap.period_start_utc < coalesce(meter.valid_to_utc, timestamp 'infinity')
where gap.period_start_utc >= $from_utc and gap.period_start_utc < $to_utc
