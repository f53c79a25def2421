-- One row is the key figures of one zone or of the whole community, of one day or of one month of settled slots.
with grouped as (
    select
        'zone' as level,
        zone as group_name,
        *
    from warehouse.kpi_member
    union all
    select
        'community' as level,
        'community' as group_name,
        *
    from warehouse.kpi_member
),

summed as (
    select
        level,
        group_name,
        period,
        local_date,
        count(*) as members,
        count(*) filter (where is_active) as active_members,
        bool_or(is_provisional) as is_provisional,
        sum(consumption_kwh) as consumption_kwh,
        sum(production_kwh) as production_kwh,
        sum(self_consumption_kwh) as self_consumption_kwh,
        sum(bought_kwh) as bought_kwh,
        sum(sold_kwh) as sold_kwh,
        sum(grid_import_kwh) as grid_import_kwh,
        sum(grid_export_kwh) as grid_export_kwh,
        sum(saving_eur) as saving_eur,
        gini(list(saving_eur)) as saving_gini,
        sum(revenue_eur) as revenue_eur,
        sum(co2_saved_kg) as co2_saved_kg,
        arg_min(user_id, (saving_eur, user_id)) as worst_off_user_id,
        min(saving_eur) as worst_off_saving_eur
    from grouped
    group by level, group_name, period, local_date
)

select
    level,
    group_name,
    period,
    local_date,
    members,
    active_members,
    is_provisional,
    cast(consumption_kwh as decimal(18, 6)) as consumption_kwh,
    cast(production_kwh as decimal(18, 6)) as production_kwh,
    cast(self_consumption_kwh as decimal(18, 6)) as self_consumption_kwh,
    cast(bought_kwh as decimal(18, 6)) as bought_kwh,
    cast(sold_kwh as decimal(18, 6)) as sold_kwh,
    cast(grid_import_kwh as decimal(18, 6)) as grid_import_kwh,
    cast(grid_export_kwh as decimal(18, 6)) as grid_export_kwh,
    cast(self_sufficiency(consumption_kwh, grid_import_kwh) as decimal(5, 4)) as self_sufficiency_ratio,
    cast(self_consumption(production_kwh, grid_export_kwh) as decimal(5, 4)) as self_consumption_ratio,
    cast(peer_to_grid(bought_kwh, sold_kwh, grid_import_kwh, grid_export_kwh) as decimal(18, 4)) as peer_to_grid_ratio,
    cast(saving_eur as decimal(18, 6)) as saving_eur,
    cast(revenue_eur as decimal(18, 6)) as revenue_eur,
    cast(co2_saved_kg as decimal(18, 10)) as co2_saved_kg,
    cast(co2_saved_kg / $car_gco2_per_km * 1000 as decimal(18, 3)) as co2_as_car_km,
    cast(co2_saved_kg / $tree_kg_co2_per_year as decimal(18, 3)) as co2_as_tree_years,
    cast(saving_gini as decimal(18, 4)) as saving_gini,
    worst_off_user_id,
    worst_off_saving_eur
from summed
