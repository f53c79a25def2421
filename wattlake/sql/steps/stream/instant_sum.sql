-- One row is what the events that begin in a window say of it, but for the energy: those known of, and those of a batch.
-- reads: standing = silver.meter_event, following, known_count = silver.meter_event
select
    meter_id,
    direction,
    slot,
    cast(sum(event_count) as bigint) as event_count,
    cast(sum(milliwatts) as bigint) as milliwatts,
    cast(sum(power_count) as bigint) as power_count,
    max(max_power_w) as max_power_w,
    min(min_power_w) as min_power_w,
    max(quality_rank) as quality_rank,
    bool_or(is_simulated) as is_simulated
from (
    select
        meter_id,
        direction,
        epoch_ms(event_at_utc) // $window_ms as slot,
        count(*) as event_count,
        sum(cast(round(power_w * 1000) as bigint)) as milliwatts,
        count(power_w) as power_count,
        max(power_w) as max_power_w,
        min(power_w) as min_power_w,
        max(quality_rank(quality)) as quality_rank,
        bool_or(provenance = 'simulated') as is_simulated
    from standing
    where not is_known
    group by all
    union all by name
    select known_count.*
    from known_count
    semi join following using (meter_id)
)
group by meter_id, direction, slot
