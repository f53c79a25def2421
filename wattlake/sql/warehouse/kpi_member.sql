-- One row is one member's key figures of one day, or of one month, of settled slots.
with settled as (
    select
        'day' as period,
        *
    from gold.market_daily
    union all by name
    select
        'month' as period,
        local_month as local_date,
        * exclude (local_month)
    from gold.member_bill_monthly
)

select
    member_id as user_id,
    period,
    local_date,
    zone,
    bought_wh + sold_wh > 0 as is_active,
    provisional_slots > 0 as is_provisional,
    cast(consumption_wh as decimal(14, 0)) * 0.001 as consumption_kwh,
    cast(production_wh as decimal(14, 0)) * 0.001 as production_kwh,
    cast(self_consumption_wh as decimal(14, 0)) * 0.001 as self_consumption_kwh,
    cast(bought_wh as decimal(14, 0)) * 0.001 as bought_kwh,
    cast(sold_wh as decimal(14, 0)) * 0.001 as sold_kwh,
    cast(grid_import_wh as decimal(14, 0)) * 0.001 as grid_import_kwh,
    cast(grid_export_wh as decimal(14, 0)) * 0.001 as grid_export_kwh,
    cast(self_sufficiency(consumption_wh, grid_import_wh) as decimal(5, 4)) as self_sufficiency_ratio,
    cast(self_consumption(production_wh, grid_export_wh) as decimal(5, 4)) as self_consumption_ratio,
    cast(peer_to_grid(bought_wh, sold_wh, grid_import_wh, grid_export_wh) as decimal(18, 4)) as peer_to_grid_ratio,
    cast(saving_micro_eur as decimal(12, 0)) * 0.000001 as saving_eur,
    cast(sold_micro_eur + grid_export_micro_eur as decimal(12, 0)) * 0.000001 as revenue_eur,
    cast(co2_saved_micro_g * 0.000000001 as decimal(18, 9)) as co2_saved_kg,
    cast(co2_saved_micro_g / 1000000 / $car_gco2_per_km as decimal(18, 3)) as co2_as_car_km,
    cast(co2_saved_micro_g / 1000000000 / $tree_kg_co2_per_year as decimal(18, 3)) as co2_as_tree_years
from settled
