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
    bought_kwh + sold_kwh > 0 as is_active,
    provisional_slots > 0 as is_provisional,
    consumption_kwh,
    production_kwh,
    self_consumption_kwh,
    bought_kwh,
    sold_kwh,
    grid_import_kwh,
    grid_export_kwh,
    cast(self_sufficiency(consumption_kwh, grid_import_kwh) as decimal(5, 4)) as self_sufficiency_ratio,
    cast(self_consumption(production_kwh, grid_export_kwh) as decimal(5, 4)) as self_consumption_ratio,
    cast(peer_to_grid(bought_kwh, sold_kwh, grid_import_kwh, grid_export_kwh) as decimal(18, 4)) as peer_to_grid_ratio,
    saving_eur,
    sold_eur + grid_export_eur as revenue_eur,
    co2_saved_kg,
    cast(co2_saved_kg / $car_gco2_per_km * 1000 as decimal(18, 3)) as co2_as_car_km,
    cast(co2_saved_kg / $tree_kg_co2_per_year as decimal(18, 3)) as co2_as_tree_years
from settled
