-- One row is one meter's energy in one interval, as the mapping of its file reads it.
-- reads: meter_code = meter_code + meter_slot
select
    meter_id,
    period_start_utc,
    period_minutes,
    energy_kwh,
    quality_of(quality_rank) as quality,
    register,
    case when is_spread or quality_rank > 1 then 'estimated' else $provenance end as provenance,
    -- Two hours after its end, as a rule.
    least(_fetched_at_utc, period_start_utc + to_minutes(period_minutes + 120)) as known_at_utc,
    _landing_id,
    quarantine_reason,
    is_rounded,
    line
from meter_code
