-- One row is a stretch of time of one meter in one direction, and the energy that one event, or two, say it had.
-- reads: instant, period
with holding as (
    select * from period
    where is_there and crowd is null
    union all
    select one.*
    from period as one
    anti join period as other
        on
            one.meter_id = other.meter_id and one.direction = other.direction and one.crowd = other.crowd
            and one.from_ms < other.to_ms and one.to_ms > other.from_ms
            and one.came < other.came and other.is_there
    where one.is_there and one.crowd is not null
)

select
    meter_id,
    direction,
    'energy' as quantity,
    from_ms,
    to_ms,
    units,
    units * 3600.0 / (to_ms - from_ms) as power_w,
    quality_rank,
    provenance = 'simulated' as is_simulated
from holding
union all
select
    meter_id,
    direction,
    quantity,
    from_ms,
    next_ms as to_ms,
    -- A milliwatt for so many milliseconds, in milliwatt-hours.
    if(quantity = 'power', rounded_quotient(milliwatts * (next_ms - from_ms), 3600000), next_units - units) as units,
    if(quantity = 'power', power_w, (next_units - units) * 3600.0 / (next_ms - from_ms)) as power_w,
    if(quantity = 'power', quality_rank, quality_rank_to_next) as quality_rank,
    'simulated' in (provenance, next_provenance) as is_simulated
from instant
-- A total that fell is a meter that was changed or began anew: nobody knows what was between.
where next_ms - from_ms <= $most_held_ms and (quantity = 'power' or next_units >= units)
