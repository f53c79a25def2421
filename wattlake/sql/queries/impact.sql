-- How much carbon dioxide did buying from neighbours save, month by month, and what is that in car rides and trees?
-- The running month is of its whole days so far.
with extent as (
    select * from warehouse.settled_extent
),

month as (
    select
        cast(date_trunc('month', kpi.local_date) as date) as local_month,
        -- Less what is settled of days that are not whole.
        sum(if(kpi.period = 'month', kpi.co2_saved_kg, -kpi.co2_saved_kg)) as co2_saved_kg,
        sum(kpi.co2_saved_kg) filter (where kpi.period = 'month') as month_kg,
        sum(kpi.co2_as_car_km) filter (where kpi.period = 'month') as month_as_car_km,
        sum(kpi.co2_as_tree_years) filter (where kpi.period = 'month') as month_as_tree_years
    from warehouse.kpi_group as kpi
    cross join extent
    where
        kpi.level = 'community'
        and (kpi.period = 'month' or kpi.local_date < extent.first_date or kpi.local_date >= extent.end_date)
    group by local_month
)

select
    month.local_month,
    month.local_month >= extent.first_date and month.local_month + interval 1 month <= extent.end_date as is_whole,
    cast(month.co2_saved_kg as decimal(18, 9)) as co2_saved_kg,
    cast(coalesce(month.month_as_car_km * month.co2_saved_kg / nullif(month.month_kg, 0), 0) as decimal(18, 3))
        as co2_as_car_km,
    cast(coalesce(month.month_as_tree_years * month.co2_saved_kg / nullif(month.month_kg, 0), 0) as decimal(18, 3))
        as co2_as_tree_years,
    cast(sum(month.co2_saved_kg) over (order by month.local_month) as decimal(18, 9)) as co2_saved_so_far_kg
from month
cross join extent
where month.local_month < extent.end_date
order by month.local_month
