-- One row is the last instant of a series in the newest window of its meter and direction.
-- reads: standing = silver.meter_event, newest_slot
with newest as (
    select
        standing.meter_id,
        standing.direction,
        standing.quantity,
        max(standing.event_at_utc) as event_at_utc
    from standing
    inner join newest_slot
        on
            standing.meter_id = newest_slot.meter_id and standing.direction = newest_slot.direction
            and epoch_ms(standing.event_at_utc) // $window_ms = newest_slot.slot
    group by all
)

select standing.* exclude (is_known, is_changed)
from standing
semi join newest using (meter_id, direction, quantity, event_at_utc)
