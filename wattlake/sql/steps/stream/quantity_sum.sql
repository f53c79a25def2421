-- One row is what the quantity that covers most of a touched window says of it; of equals energy, then totals.
-- reads: span, touched
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
)

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
qualify row_number() over (
    partition by meter_id, direction, slot order by covered_ms desc, quantity = 'power' asc, quantity asc
) = 1
