-- One row is one past hour of weather in one zone, as the newest archive answer with values estimates it.
with as_written as (
    select
        *,
        [
            temperature_2m, relative_humidity_2m, cloud_cover, precipitation, weather_code, wind_speed_10m,
            shortwave_radiation, direct_radiation, diffuse_radiation
        ] as written
    from bronze.open_meteo
    where _landing_id between $from_landing and $to_landing and coalesce(api, '') not in ('forecast', 'previous_day1')
),

typed as (
    select
        *,
        hour_before("time") as period_start_utc,
        list_transform(written, lambda text: try_cast(text as double)) as numbers,
        celsius_of(temperature_2m) as temperature_celsius,
        pct_of(relative_humidity_2m) as relative_humidity_pct,
        pct_of(cloud_cover) as cloud_cover_pct,
        mm_of(precipitation) as precipitation_mm,
        try_cast(weather_code as bigint) as weather_code_wmo,
        m_per_s_of(wind_speed_10m, wind_speed_10m_unit) as wind_m_per_s,
        w_per_m2_of(shortwave_radiation) as shortwave_w_per_m2,
        w_per_m2_of(direct_radiation) as direct_w_per_m2,
        w_per_m2_of(diffuse_radiation) as diffuse_w_per_m2
    from as_written
)

select
    trim("zone") as "zone",
    period_start_utc,
    temperature_celsius,
    relative_humidity_pct,
    cloud_cover_pct,
    precipitation_mm,
    weather_code_wmo as weather_code,
    wind_m_per_s,
    shortwave_w_per_m2,
    direct_w_per_m2,
    diffuse_w_per_m2,
    coalesce(provenance, 'estimated') as provenance,
    -- The archive is complete five days after the hour has ended.
    least(_fetched_at_utc, period_start_utc + interval 1 hour + interval 5 days) as known_at_utc,
    _landing_id,
    case
        when coalesce(api, '') <> 'archive' then 'neither archive nor forecast'
        when trim("zone") is null or trim("zone") = '' then 'no zone'
        when period_start_utc is null then 'unreadable time'
        when date_trunc('hour', period_start_utc) <> period_start_utc then 'off the hourly grid'
        when not is_in_calendar(period_start_utc) then 'outside the years of the calendar'
        when list_count(written) = 0 then 'no values'
        when list_count(numbers) < list_count(written) then 'unreadable value'
        when
            coalesce(temperature_2m_unit, '') <> '°C'
            or coalesce(precipitation_unit, '') <> 'mm'
            or units_per_m_per_s(wind_speed_10m_unit) is null
            then 'unknown unit'
        when
            is_outside(temperature_celsius, $temperature_celsius_bounds)
            or is_outside(relative_humidity_pct, $relative_humidity_pct_bounds)
            or is_outside(cloud_cover_pct, $cloud_cover_pct_bounds)
            or is_outside(precipitation_mm, $precipitation_mm_bounds)
            or is_outside(weather_code_wmo, $weather_code_bounds)
            or is_outside(wind_m_per_s, $wind_m_per_s_bounds)
            or is_outside(shortwave_w_per_m2, $shortwave_w_per_m2_bounds)
            or is_outside(direct_w_per_m2, $direct_w_per_m2_bounds)
            or is_outside(diffuse_w_per_m2, $diffuse_w_per_m2_bounds)
            then 'impossible value'
        when not is_provenance(provenance) then 'unknown provenance'
    end as quarantine_reason
from typed
