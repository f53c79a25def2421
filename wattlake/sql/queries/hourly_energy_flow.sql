-- Where does the energy of a mean day come from and go to, hour by local hour, over the last 30 whole settled days?
with span as (
    select
        greatest(end_date - 30, first_date) as first_date,
        end_date
    from warehouse.settled_extent
),

slot as (
    select flow.*
    from warehouse.fact_zone_slot as flow
    inner join span on flow.local_date >= span.first_date and flow.local_date < span.end_date
),

counted as (
    select count(distinct local_date) as days
    from slot
)

select
    slot.local_hour,
    cast(sum(slot.consumption_kwh) / counted.days as decimal(18, 3)) as consumption_kwh,
    cast(sum(slot.production_kwh) / counted.days as decimal(18, 3)) as production_kwh,
    cast(sum(slot.self_consumption_kwh) / counted.days as decimal(18, 3)) as self_consumption_kwh,
    cast(sum(slot.bought_kwh) / counted.days as decimal(18, 3)) as traded_kwh,
    cast(sum(slot.grid_import_kwh) / counted.days as decimal(18, 3)) as grid_import_kwh,
    cast(sum(slot.grid_export_kwh) / counted.days as decimal(18, 3)) as grid_export_kwh
from slot
cross join counted
group by slot.local_hour, counted.days
order by slot.local_hour
