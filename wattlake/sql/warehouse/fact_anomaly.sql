-- One row is one slot in which a member's consumption is unlikely, though possible, and why.
select
    member_id as user_id,
    period_start_utc,
    anomaly_reason,
    cast(consumption_wh as decimal(14, 0)) * 0.001 as consumption_kwh,
    cast(usual_wh * 0.001 as decimal(18, 3)) as usual_kwh
from gold.anomaly
