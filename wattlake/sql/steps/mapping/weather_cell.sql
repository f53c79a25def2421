-- One row is one row of a weather station's mapped file, with its zone, its text of time, and numbers in our units.
-- reads: bronze.weather
with landed as (
    select *, cast(cast(cells as json) as map (varchar, varchar)) as written
    from bronze.weather
    where _landing_id between $from_landing and $to_landing
),

read as (
    select
        *,
        number_texts(
            [
                written[$temperature_column], written[$humidity_column], written[$cloud_cover_column],
                written[$precipitation_column], written[$wind_column], written[$irradiance_column],
                written[$direct_irradiance_column], written[$diffuse_irradiance_column]
            ],
            $decimal_mark
        ) as numbers
    from landed
)

select
    _landing_id,
    _fetched_at_utc,
    line,
    cells,
    cell_or(written[$owner_column], $owner) as meter_id,
    concat_ws(' ', cell_text(written[$date_column]), cell_text(written[$time_column])) as time_text,
    converted(numbers[1], $temperature_factor, $temperature_offset) as temperature_celsius,
    converted(numbers[2], $humidity_factor, $humidity_offset) as relative_humidity_pct,
    converted(numbers[3], $cloud_cover_factor, $cloud_cover_offset) as cloud_cover_pct,
    converted(numbers[4], $precipitation_factor, $precipitation_offset) as precipitation_mm,
    converted(numbers[5], $wind_factor, $wind_offset) as wind_m_per_s,
    converted(numbers[6], $irradiance_factor, $irradiance_offset) as shortwave_w_per_m2,
    converted(numbers[7], $direct_irradiance_factor, $direct_irradiance_offset) as direct_w_per_m2,
    converted(numbers[8], $diffuse_irradiance_factor, $diffuse_irradiance_offset) as diffuse_w_per_m2
from read
