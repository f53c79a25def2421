-- One row is what one zone's members come to in one settled slot.
select
    slot.zone,
    slot.period_start_utc,
    dim_time.local_date,
    dim_time.local_hour,
    slot.members,
    slot.provisional_members,
    slot.trades,
    slot.consumption_kwh,
    slot.production_kwh,
    slot.self_consumption_kwh,
    slot.bought_kwh,
    slot.sold_kwh,
    slot.grid_import_kwh,
    slot.grid_export_kwh,
    slot.bought_eur,
    slot.sold_eur,
    slot.sold_eur + slot.grid_export_eur as revenue_eur,
    slot.saving_eur
from gold.zone_slot as slot
inner join warehouse.dim_time as dim_time on slot.period_start_utc = dim_time.period_start_utc
