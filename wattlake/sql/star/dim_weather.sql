-- One row is one zone's weather in one hour; the row `unknown` stands for hours without any.
select
    key_of_weather(
        weather.zone, key_of_time(hour_begun_utc(weather.period_start_utc, clock.local_start))
    ) as weather_sk,
    clock.local_date as date,
    clock.local_hour as hour,
    weather.zone as location_zone,
    weather.temperature_celsius as temperature,
    weather.cloud_cover_pct as cloud_cover,
    weather.shortwave_w_per_m2 as solar_irradiance
from gold.weather_hourly as weather
inner join warehouse.dim_time as clock on weather.period_start_utc = clock.period_start_utc
union all
select 'unknown', null, null, null, null, null, null
