-- One row is one member's UTC day with its consumption and how warm it was.
with air as (
    select
        zone,
        date_trunc('day', period_start_utc) as period_start_utc,
        avg(temperature_celsius) as mean_celsius
    from gold.weather_hourly
    where period_start_utc >= $from_utc and period_start_utc < $to_utc
    group by zone, date_trunc('day', period_start_utc)
    having count(temperature_celsius) = 24
)

select
    member_id,
    period_start_utc,
    consumption_kwh,
    mean_celsius
from gold.energy_balance_daily
inner join air using (zone, period_start_utc)
where
    period_start_utc >= $from_utc and period_start_utc < $to_utc
    and consumption_minutes = 1440
