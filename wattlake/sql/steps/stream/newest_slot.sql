-- One row is the newest window of a meter's direction, where all events that have a part in it were seen.
-- reads: standing = silver.meter_event, complete = silver.meter_event, touched
with newest as (
    select
        standing.meter_id,
        standing.direction,
        max(epoch_ms(standing.event_at_utc) // $window_ms) as slot
    from standing
    inner join complete using (meter_id)
    group by standing.meter_id, standing.direction
    having max(standing.event_at_utc) >= any_value(complete.from_utc)
)

select newest.*
from newest
semi join touched using (meter_id, direction, slot)
