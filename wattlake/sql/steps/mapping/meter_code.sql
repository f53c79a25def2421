-- One row is one reading of a mapped file whose rows name a code: those of one interval share the first, and stay copies.
-- reads: meter_slot = meter_slot + meter_reason
select
    * replace (
        min(register) over (
            partition by _landing_id, meter_id, period_start_utc, period_minutes, quarantine_reason is null
        ) as register
    )
from meter_slot
