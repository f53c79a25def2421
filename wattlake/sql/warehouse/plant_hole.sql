-- One row is one stretch by day of an hour or more in which a plant, or its light, was not read.
with in_order as (
    select
        *,
        period_start_utc + to_minutes(period_minutes) as period_end_utc,
        lead(period_start_utc) over of_plant as next_utc,
        lead(is_daylight) over of_plant as is_daylight_next,
        -- Of a plant that had no sensor yet, the light is not missing.
        count(irradiance_w_per_m2) over of_plant as lit_before
    from gold.plant_interval
    window of_plant as (partition by plant_id order by period_start_utc)
),

hole as (
    select
        plant_id,
        'irradiance' as missing,
        min(period_start_utc) as from_utc,
        max(period_end_utc) as to_utc,
        sum(period_minutes) as missing_minutes,
        max(provenance) as provenance
    from in_order
    where irradiance_w_per_m2 is null and is_daylight and lit_before > 0
    group by plant_id, lit_before
    union all
    select
        plant_id,
        'all of the plant' as missing,
        period_end_utc as from_utc,
        next_utc as to_utc,
        date_diff('minute', period_end_utc, next_utc) as missing_minutes,
        provenance
    from in_order
    -- Portals that leave out the nights leave out more than six hours; a whole day is never left out.
    where
        next_utc > period_end_utc + interval 1 day
        or (is_daylight and is_daylight_next and next_utc <= period_end_utc + interval 6 hour)
)

select
    plant_id,
    missing,
    from_utc,
    to_utc,
    cast(missing_minutes as bigint) as missing_minutes,
    provenance
from hole
where missing_minutes >= 60
