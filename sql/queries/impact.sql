-- How much carbon dioxide did buying from neighbours save, month by month, and what is that in car rides and trees?
select
    local_date as local_month,
    co2_saved_kg,
    co2_as_car_km,
    co2_as_tree_years,
    cast(sum(co2_saved_kg) over (order by local_date) as decimal(18, 9)) as co2_saved_so_far_kg
from warehouse.kpi_group
where level = 'community' and period = 'month'
order by local_date
