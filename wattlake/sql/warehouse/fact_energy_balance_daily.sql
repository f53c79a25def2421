-- One row is one member's energy of one UTC day.
select
    member_id as user_id,
    period_start_utc,
    zone,
    slots,
    cast(consumption_wh as decimal(14, 0)) * 0.001 as consumption_kwh,
    cast(production_wh as decimal(14, 0)) * 0.001 as production_kwh,
    cast(self_consumption_wh as decimal(14, 0)) * 0.001 as self_consumption_kwh,
    cast(surplus_wh as decimal(14, 0)) * 0.001 as surplus_kwh,
    cast(deficit_wh as decimal(14, 0)) * 0.001 as deficit_kwh,
    cast(consumption_estimated_wh as decimal(14, 0)) * 0.001 as consumption_estimated_kwh,
    cast(production_estimated_wh as decimal(14, 0)) * 0.001 as production_estimated_kwh,
    consumption_provenance,
    production_provenance
from gold.energy_balance_daily
