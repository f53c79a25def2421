-- One row is one member's energy of one UTC day.
select
    member_id as user_id,
    period_start_utc,
    zone,
    slots,
    consumption_kwh,
    production_kwh,
    self_consumption_kwh,
    surplus_kwh,
    deficit_kwh,
    consumption_estimated_kwh,
    production_estimated_kwh,
    consumption_provenance,
    production_provenance
from gold.energy_balance_daily
