-- One row is one warning of the weather that a batch brings, as an alert; one that says nothing new is not among them.
-- reads: warning = given, stored = gold.live_alert
with written as (
    select
        alert_id,
        'weather' as rule,
        severity,
        cast(null as varchar) as meter_id,
        cast(null as varchar) as member_id,
        zone,
        cast(null as varchar) as direction,
        cast(null as varchar) as quantity,
        started_at_utc,
        ended_at_utc,
        detected_at_utc,
        cast(null as double) as observed_value,
        cast(null as double) as limit_value,
        cast(null as varchar) as unit,
        evidence
    from warning
)

select
    written.*,
    stored."_landing_id"
from written
left join stored using (alert_id)
where
    stored.alert_id is null
    -- Messages may come in another order than they were sent.
    or stored.detected_at_utc < written.detected_at_utc
    or (
        stored.detected_at_utc = written.detected_at_utc
        and (written.severity, written.zone, written.started_at_utc, written.ended_at_utc, written.evidence)
        is distinct from (stored.severity, stored.zone, stored.started_at_utc, stored.ended_at_utc, stored.evidence)
    )
