-- One row is what one zone's members come to in one settled slot.
select
    slot.zone,
    slot.period_start_utc,
    dim_time.local_date,
    dim_time.local_hour,
    slot.members,
    slot.provisional_members,
    slot.trades,
    cast(slot.consumption_wh as decimal(14, 0)) * 0.001 as consumption_kwh,
    cast(slot.production_wh as decimal(14, 0)) * 0.001 as production_kwh,
    cast(slot.self_consumption_wh as decimal(14, 0)) * 0.001 as self_consumption_kwh,
    cast(slot.bought_wh as decimal(14, 0)) * 0.001 as bought_kwh,
    cast(slot.sold_wh as decimal(14, 0)) * 0.001 as sold_kwh,
    cast(slot.grid_import_wh as decimal(14, 0)) * 0.001 as grid_import_kwh,
    cast(slot.grid_export_wh as decimal(14, 0)) * 0.001 as grid_export_kwh,
    cast(slot.bought_micro_eur as decimal(12, 0)) * 0.000001 as bought_eur,
    cast(slot.sold_micro_eur as decimal(12, 0)) * 0.000001 as sold_eur,
    cast(slot.sold_micro_eur + slot.grid_export_micro_eur as decimal(12, 0)) * 0.000001 as revenue_eur,
    cast(slot.saving_micro_eur as decimal(12, 0)) * 0.000001 as saving_eur
from gold.zone_slot as slot
inner join warehouse.dim_time as dim_time on slot.period_start_utc = dim_time.period_start_utc
