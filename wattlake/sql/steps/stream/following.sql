-- One row is one meter of a batch whose instants all come after the last ones that are known of their series.
-- reads: judged, known_instant = silver.meter_event
select judged.meter_id
from judged
left join known_instant using (meter_id, direction, quantity)
where judged.quarantine_reason is null
group by judged.meter_id
having bool_and(coalesce(judged.event_at_utc > known_instant.event_at_utc, false))
