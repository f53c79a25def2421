-- One row is one meter's readings of one UTC day, whether or not a member owns the meter.
select
    meter_id,
    date_trunc('day', period_start_utc) as period_start_utc,
    count(*) as readings,
    sum(period_minutes) as measured_minutes,
    sum(energy_kwh) as energy_kwh,
    -- In the alphabet as in honesty: one simulated reading makes the day simulated.
    max(provenance) as provenance
from silver.meter_reading
where period_start_utc >= $from_utc and period_start_utc < $to_utc
group by all
