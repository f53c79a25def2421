-- A building has consumption and no terms, so its tenants get no statement.
-- severity: error
-- of: gold.tenant_slot
select distinct energy_flow.zone
from gold.tenant_slot
inner join gold.energy_flow using (member_id, period_start_utc)
anti join gold.tenant_terms using (zone)
