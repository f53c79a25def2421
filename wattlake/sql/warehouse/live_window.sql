-- One row is what one meter's events of a stream add up to in five minutes, provisional until its files are settled.
select
    meter_id,
    member_id as user_id,
    zone,
    direction,
    period_start_utc,
    period_minutes,
    energy_kwh,
    mean_power_w,
    max_power_w,
    min_power_w,
    event_count,
    covered_seconds,
    provenance
from gold.window_5min
