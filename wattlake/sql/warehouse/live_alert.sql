-- One row is a stretch of time in which something is wrong with what a stream says of one meter, member or zone.
select
    alert_id,
    rule,
    severity,
    meter_id,
    member_id as user_id,
    zone,
    started_at_utc,
    ended_at_utc,
    detected_at_utc,
    observed_value,
    limit_value,
    unit,
    evidence
from gold.live_alert
