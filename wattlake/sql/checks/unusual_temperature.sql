-- One row is a day on which a zone has temperatures beyond what is usual there.
-- Of silver.weather_hourly: warn, validity.
with usual as (
    select cast(to_json($usual_celsius) as map (varchar, double[])) as by_zone
)

select
    "zone",
    cast(period_start_utc as date) as day_utc,
    count(*) as hours,
    min(temperature_celsius) as least_celsius,
    max(temperature_celsius) as most_celsius
from silver.weather_hourly
cross join usual
where is_outside(temperature_celsius, coalesce(usual.by_zone["zone"], usual.by_zone['*']))
group by "zone", day_utc
