-- One row is one slot in which a member's consumption is unlikely, though possible, and why.
select
    member_id as user_id,
    period_start_utc,
    anomaly_reason,
    consumption_kwh,
    usual_kwh
from gold.anomaly
