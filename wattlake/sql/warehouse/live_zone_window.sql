-- One row is what the meters of one zone add up to in five minutes in one direction, provisional until files are settled.
select
    zone,
    direction,
    period_start_utc,
    any_value(period_minutes) as period_minutes,
    cast(sum(energy_kwh) as decimal(18, 6)) as energy_kwh,
    sum(mean_power_w) as mean_power_w,
    max(max_power_w) as max_meter_power_w,
    min(min_power_w) as min_meter_power_w,
    cast(sum(event_count) as bigint) as event_count,
    count(*) as meters,
    sum(covered_seconds) / sum(period_minutes * 60) as covered_ratio,
    if(bool_or(provenance = 'simulated'), 'simulated', 'measured') as provenance
from gold.window_5min
group by zone, direction, period_start_utc
