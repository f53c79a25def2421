-- One row is how complete one member's consumption is on one UTC day.
select
    member_id as user_id,
    period_start_utc,
    expected_minutes,
    measured_minutes,
    estimated_minutes,
    missing_minutes,
    completeness_ratio
from gold.completeness_daily
