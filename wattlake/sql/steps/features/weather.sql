-- One row is one zone's slot of the day that is forecast: the weather of its hour, and what homes make of it.
-- reads: zone_weather = given
select
    issue,
    zone,
    slot,
    known_at_utc as weather_known_at_utc,
    temperature_celsius,
    temperature_celsius * temperature_celsius as temperature_squared,
    -- Homes are heated below 15.5 °C and cooled above 22 °C, as degree days are counted.
    if(temperature_celsius >= 15.5, 0, 15.5 - temperature_celsius) as heating_degrees,
    if(temperature_celsius <= 22, 0, temperature_celsius - 22) as cooling_degrees,
    shortwave_w_per_m2,
    shortwave_w_per_m2 * temperature_celsius as radiation_temperature,
    cloud_cover_pct,
    wind_m_per_s,
    clear_sky_w_per_m2,
    relative_humidity_pct,
    temperature_mean_24h_celsius,
    temperature_deviation_24h_celsius,
    humidity_mean_24h_pct,
    humidity_deviation_24h_pct,
    weather_code,
    -- The groups of WMO code 4677 that weather services tell, each 1 or 0; what is of none (such as dust) is 0 in all.
    cast(weather_code <= 1 as integer) as is_clear,
    cast(weather_code in (2, 3) as integer) as is_cloudy,
    cast(weather_code between 40 and 49 as integer) as is_fog,
    cast(weather_code between 50 and 59 as integer) as is_drizzle,
    cast(weather_code between 60 and 69 or weather_code between 80 and 84 as integer) as is_rain,
    cast(weather_code between 70 and 79 or weather_code in (85, 86) as integer) as is_snow,
    cast(weather_code >= 95 as integer) as is_thunderstorm
from zone_weather
