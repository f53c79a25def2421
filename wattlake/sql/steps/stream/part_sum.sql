-- One row is what one quantity says of a touched window: what is known of it, and what a batch adds.
-- reads: span, touched, following, known_sum = touched + silver.meter_event
with part as (
    select
        *,
        unnest(range(from_ms // $window_ms, (to_ms - 1) // $window_ms + 1)) as slot
    from span
),

cut as (
    select
        *,
        greatest(from_ms, slot * $window_ms) - from_ms as begins_ms,
        least(to_ms, (slot + 1) * $window_ms) - from_ms as ends_ms
    from part
    semi join touched using (meter_id, direction, slot)
),

fresh as (
    select
        meter_id,
        direction,
        slot,
        quantity,
        sum(ends_ms - begins_ms) as covered_ms,
        -- Each part is the difference of two that are rounded down, so that all of a stretch add up to it.
        sum(units * ends_ms // (to_ms - from_ms) - units * begins_ms // (to_ms - from_ms)) as units,
        max(power_w) as max_power_w,
        min(power_w) as min_power_w,
        max(quality_rank) as quality_rank,
        bool_or(is_simulated) as is_simulated
    from cut
    group by meter_id, direction, slot, quantity
),

known as (
    select known_sum.*
    from known_sum
    semi join following using (meter_id)
    semi join touched using (meter_id, direction, slot)
)

select
    meter_id,
    direction,
    slot,
    quantity,
    cast(sum(covered_ms) as bigint) as covered_ms,
    cast(sum(units) as bigint) as units,
    max(max_power_w) as max_power_w,
    min(min_power_w) as min_power_w,
    max(quality_rank) as quality_rank,
    bool_or(is_simulated) as is_simulated
from (
    select * from fresh
    union all by name
    select * from known
)
group by meter_id, direction, slot, quantity
