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
    clear_sky_w_per_m2
from zone_weather
