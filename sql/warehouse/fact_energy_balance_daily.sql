-- One row is one member's energy of one UTC day.
select
    member_id as user_id,
    period_start_utc,
    zone,
    slots,
    cast(consumption_wh * 0.001 as decimal(18, 3)) as consumption_kwh,
    cast(production_wh * 0.001 as decimal(18, 3)) as production_kwh,
    cast(self_consumption_wh * 0.001 as decimal(18, 3)) as self_consumption_kwh,
    cast(surplus_wh * 0.001 as decimal(18, 3)) as surplus_kwh,
    cast(deficit_wh * 0.001 as decimal(18, 3)) as deficit_kwh,
    consumption_provenance,
    production_provenance
from gold.energy_balance_daily
