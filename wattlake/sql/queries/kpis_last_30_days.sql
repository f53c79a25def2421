-- How do the community's key figures of the last 30 whole settled days compare with those of the 30 days before?
-- The change is empty where the two are not of as many settled days.
with span as (
    select
        greatest(end_date - 60, first_date) as first_date,
        end_date - 30 as new_date,
        end_date
    from warehouse.settled_extent
),

day as (
    select
        kpi.*,
        kpi.local_date >= span.new_date as is_new
    from warehouse.kpi_member as kpi
    inner join span on kpi.local_date >= span.first_date and kpi.local_date < span.end_date
    where kpi.period = 'day'
),

settled as (
    select
        is_new,
        count(distinct local_date) as days
    from day
    group by is_new
),

member as (
    select
        is_new,
        user_id,
        bool_or(is_active) as is_active,
        sum(consumption_kwh) as consumption_kwh,
        sum(production_kwh) as production_kwh,
        sum(bought_kwh) as traded_kwh,
        sum(grid_import_kwh) as grid_import_kwh,
        sum(grid_export_kwh) as grid_export_kwh,
        sum(saving_eur) as saving_eur,
        sum(revenue_eur) as revenue_eur,
        sum(co2_saved_kg) as co2_saved_kg
    from day
    group by is_new, user_id
),

community as (
    select
        is_new,
        count(*) as members,
        count(*) filter (where is_active) as active_members,
        sum(consumption_kwh) as consumption_kwh,
        sum(production_kwh) as production_kwh,
        sum(traded_kwh) as traded_kwh,
        sum(grid_import_kwh) as grid_import_kwh,
        sum(grid_export_kwh) as grid_export_kwh,
        sum(saving_eur) as saving_eur,
        sum(revenue_eur) as revenue_eur,
        sum(co2_saved_kg) as co2_saved_kg,
        gini(list(saving_eur)) as saving_gini,
        min(saving_eur) as worst_off_eur
    from member
    group by is_new
),

figure as (
    select
        community.is_new,
        unnest([
            struct_pack(place := 1, kpi := 'settled days', value := cast(settled.days as double)),
            struct_pack(place := 2, kpi := 'members', value := members),
            struct_pack(place := 3, kpi := 'active members', value := active_members),
            struct_pack(place := 4, kpi := 'consumption, kWh', value := consumption_kwh),
            struct_pack(place := 5, kpi := 'production, kWh', value := production_kwh),
            struct_pack(place := 6, kpi := 'traded, kWh', value := traded_kwh),
            struct_pack(
                place := 7,
                kpi := 'self-sufficiency, ratio',
                value := self_sufficiency(consumption_kwh, grid_import_kwh)
            ),
            struct_pack(
                place := 8,
                kpi := 'self-consumption, ratio',
                value := self_consumption(production_kwh, grid_export_kwh)
            ),
            struct_pack(
                place := 9,
                kpi := 'peer to grid, ratio',
                value := peer_to_grid(traded_kwh, traded_kwh, grid_import_kwh, grid_export_kwh)
            ),
            struct_pack(place := 10, kpi := 'saving, EUR', value := saving_eur),
            struct_pack(place := 11, kpi := 'revenue, EUR', value := revenue_eur),
            struct_pack(place := 12, kpi := 'CO2 saved, kg', value := co2_saved_kg),
            struct_pack(place := 13, kpi := 'Gini of savings', value := saving_gini),
            struct_pack(place := 14, kpi := 'smallest saving, EUR', value := worst_off_eur)
        ], recursive := true)
    from community
    inner join settled on community.is_new = settled.is_new
)

select
    kpi,
    cast(max(value) filter (where is_new) as decimal(18, 4)) as last_30_days,
    cast(max(value) filter (where not is_new) as decimal(18, 4)) as the_30_days_before,
    if((select min(days) = max(days) from settled), last_30_days - the_30_days_before, null) as change
from figure
group by place, kpi
order by place
