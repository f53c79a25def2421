-- One row is one zone's weather in one hour.
select
    zone,
    period_start_utc,
    temperature_celsius,
    relative_humidity_pct,
    cloud_cover_pct,
    precipitation_mm,
    weather_code,
    wind_m_per_s,
    shortwave_w_per_m2,
    direct_w_per_m2,
    diffuse_w_per_m2,
    provenance
from gold.weather_hourly
