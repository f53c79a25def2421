-- One row is one whole UTC day of a member that is unlike its month before.
select
    member_id as user_id,
    period_start_utc,
    consumption_kwh,
    usual_kwh,
    score,
    threshold_score,
    stands_out,
    deviations
from gold.unusual_day
