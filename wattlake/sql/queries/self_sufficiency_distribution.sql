-- How many members covered how much of their consumption without the grid, in the last 30 whole settled days?
-- A band holds its lower end and not its upper one, but the last holds 100 %. Who consumed nothing is not counted.
with span as (
    select
        greatest(end_date - 30, first_date) as first_date,
        end_date
    from warehouse.settled_extent
),

member as (
    select
        kpi.user_id,
        units(sum(kpi.consumption_kwh)) as consumption_units,
        units(sum(kpi.grid_import_kwh)) as grid_import_units,
        sum(kpi.production_kwh) > 0 as is_producer
    from warehouse.kpi_member as kpi
    inner join span on kpi.local_date >= span.first_date and kpi.local_date < span.end_date
    where kpi.period = 'day'
    group by kpi.user_id
    having consumption_units > 0
),

placed as (
    select
        is_producer,
        least(10 * (consumption_units - grid_import_units) // consumption_units, 9) as band
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
