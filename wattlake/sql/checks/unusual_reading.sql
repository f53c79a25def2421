-- One row is a day on which a meter has readings beyond what is usual in its zone.
-- Of silver.meter_reading: warn, validity.
with usual as (
    select
        cast(to_json($usual_kwh) as map (varchar, double[])) as by_zone,
        list_min(list_transform(map_values(by_zone), lambda bounds: bounds[2])) as least_high_kwh,
        list_max(list_transform(map_values(by_zone), lambda bounds: bounds[1])) as most_low_kwh
),

-- Hardly any is, so that whose it is need only be looked up for these.
odd as (
    select reading.*
    from silver.meter_reading as reading
    where
        reading.energy_kwh > (select least_high_kwh from usual) or reading.energy_kwh < (select most_low_kwh from usual)
)

select
    odd.meter_id,
    cast(odd.period_start_utc as date) as day_utc,
    any_value(owned.zone) as "zone",
    count(*) as readings,
    min(odd.energy_kwh) as least_kwh,
    max(odd.energy_kwh) as most_kwh
from odd
cross join usual
left join gold.member_meter as owned
    on
        odd.meter_id = owned.meter_id
        and odd.period_start_utc >= owned.valid_from_utc
        and odd.period_start_utc < coalesce(owned.valid_to_utc, timestamp 'infinity')
where is_outside(odd.energy_kwh, coalesce(usual.by_zone[owned.zone], usual.by_zone['*']))
group by odd.meter_id, day_utc
