-- One row is what one zone's weather station measured in one interval, as its newest valid file says.
with as_written as (
    select
        *,
        [
            temperature_celsius, relative_humidity_pct, cloud_cover_pct, precipitation_mm, wind_m_per_s,
            shortwave_w_per_m2, direct_w_per_m2, diffuse_w_per_m2
        ] as cells_written
    from bronze.weather
    where _landing_id between $from_landing and $to_landing
),

typed as (
    select
        * exclude (
            temperature_celsius, relative_humidity_pct, cloud_cover_pct, precipitation_mm, wind_m_per_s,
            shortwave_w_per_m2, direct_w_per_m2, diffuse_w_per_m2
        ),
        iso_time(trim(start)) as period_start_utc,
        try_cast(minutes as integer) as period_minutes,
        list_filter(cells_written, lambda cell: trim(cell) <> '') as written,
        list_filter(
            written, lambda cell: not contains(cell, '_') and try_cast(cell as double) is not null
        ) as numbers,
        celsius_of(temperature_celsius) as temperature_celsius,
        pct_of(relative_humidity_pct) as relative_humidity_pct,
        pct_of(cloud_cover_pct) as cloud_cover_pct,
        mm_of(precipitation_mm) as precipitation_mm,
        m_per_s_of(wind_m_per_s, 'm/s') as wind_m_per_s,
        w_per_m2_of(shortwave_w_per_m2) as shortwave_w_per_m2,
        w_per_m2_of(direct_w_per_m2) as direct_w_per_m2,
        w_per_m2_of(diffuse_w_per_m2) as diffuse_w_per_m2
    from as_written
)

select
    trim("zone") as "zone",
    period_start_utc,
    period_minutes,
    temperature_celsius,
    relative_humidity_pct,
    cloud_cover_pct,
    precipitation_mm,
    wind_m_per_s,
    shortwave_w_per_m2,
    direct_w_per_m2,
    diffuse_w_per_m2,
    coalesce(provenance, 'measured') as provenance,
    least(_fetched_at_utc, period_start_utc + interval 1 hour) as known_at_utc,
    _landing_id,
    case
        when trim("zone") is null or trim("zone") = '' then 'no zone'
        when period_start_utc is null then fault_of_time(start)
        when period_minutes is null or period_minutes not in (1, 5, 10, 15, 30, 60)
            then 'unclear length of the period'
        when epoch_us(period_start_utc) % (cast(period_minutes as bigint) * 60000000) <> 0
            then 'off the grid of its periods'
        -- A day's grace, for clocks that are ahead.
        when period_start_utc > _fetched_at_utc + interval 1 day then 'later than its file'
        when not is_in_calendar(period_start_utc) then 'outside the years of the calendar'
        when len(written) = 0 then 'no values'
        when len(numbers) < len(written) then 'unreadable value'
        when
            is_outside(temperature_celsius, $temperature_celsius_bounds)
            or is_outside(relative_humidity_pct, $relative_humidity_pct_bounds)
            or is_outside(cloud_cover_pct, $cloud_cover_pct_bounds)
            or is_outside(precipitation_mm, $precipitation_mm_bounds)
            or is_outside(wind_m_per_s, $wind_m_per_s_bounds)
            or is_outside(shortwave_w_per_m2, $shortwave_w_per_m2_bounds)
            or is_outside(direct_w_per_m2, $direct_w_per_m2_bounds)
            or is_outside(diffuse_w_per_m2, $diffuse_w_per_m2_bounds)
            then 'impossible value'
        when not is_provenance(provenance) then 'unknown provenance'
    end as quarantine_reason
from typed
