-- Where does the energy of a mean day come from and go to, hour by local hour, over the last 30 settled days?
with slot as (
    select
        *,
        local_date > (select max(local_date) from warehouse.fact_zone_slot) - 30 as is_counted
    from warehouse.fact_zone_slot
),

counted as (
    select count(distinct local_date) as days
    from slot
    where is_counted
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
where slot.is_counted
group by slot.local_hour, counted.days
order by slot.local_hour
