-- How many members covered how much of their consumption without the grid, in the last 30 settled days?
-- A band holds its lower end and not its upper one, but the last holds 100 %. Who consumed nothing is not counted.
with last_day as (
    select max(local_date) as local_date
    from warehouse.kpi_member
    where period = 'day'
),

member as (
    select
        kpi.user_id,
        cast(sum(kpi.consumption_kwh) * 1000 as bigint) as consumption_wh,
        cast(sum(kpi.grid_import_kwh) * 1000 as bigint) as grid_import_wh,
        sum(kpi.production_kwh) > 0 as is_producer
    from warehouse.kpi_member as kpi
    cross join last_day
    where kpi.period = 'day' and kpi.local_date > last_day.local_date - 30
    group by kpi.user_id
    having consumption_wh > 0
),

placed as (
    select
        is_producer,
        least(10 * (consumption_wh - grid_import_wh) // consumption_wh, 9) as band
    from member
)

select
    10 * bands.band as from_pct,
    10 * bands.band + 10 as to_pct,
    count(placed.band) as members,
    count(placed.band) filter (where placed.is_producer) as producing_members
from range(10) as bands (band)
left join placed on bands.band = placed.band
group by bands.band
order by bands.band
