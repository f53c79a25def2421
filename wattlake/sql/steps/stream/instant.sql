-- One row is one event of an instant, with the instants before and after it; also one that another replaced.
-- reads: standing = silver.meter_event
select
    meter_id,
    direction,
    quantity,
    epoch_ms(event_at_utc) as from_ms,
    lag(from_ms) over series as before_ms,
    lead(from_ms) over series as next_ms,
    cast(round(power_w * 1000) as bigint) as milliwatts,
    power_w,
    units(energy_kwh) as units,
    lead(units(energy_kwh)) over series as next_units,
    greatest(quality_rank(quality), lead(quality_rank(quality)) over series) as quality_rank_to_next,
    quality_rank(quality) as quality_rank,
    provenance,
    lead(provenance) over series as next_provenance,
    is_changed,
    "_landing_id"
from standing
where quantity <> 'energy'
window series as (partition by meter_id, direction, quantity order by event_at_utc)
