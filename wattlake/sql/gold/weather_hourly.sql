-- One row is one hour of weather in one zone: what its station measured, and for the rest what the archive estimates.
with interval_of_hour as (
    select *, date_trunc('hour', period_start_utc) as hour_utc, minute(period_start_utc) + period_minutes as ends_at
    from silver.weather_station
    where period_start_utc >= $from_utc and period_start_utc < $to_utc
),

-- The state of the air is that of the hour's end; means and sums are known where all of the hour was measured.
station as (
    select
        "zone",
        hour_utc as period_start_utc,
        max(temperature_celsius) filter (where ends_at = 60) as temperature_celsius,
        max(relative_humidity_pct) filter (where ends_at = 60) as relative_humidity_pct,
        max(cloud_cover_pct) filter (where ends_at = 60) as cloud_cover_pct,
        max(wind_m_per_s) filter (where ends_at = 60) as wind_m_per_s,
        if(minutes_of(precipitation_mm, period_minutes) = 60, round(sum(precipitation_mm), 2), null)
            as precipitation_mm,
        hourly_mean(shortwave_w_per_m2, period_minutes) as global_w_per_m2,
        hourly_mean(direct_w_per_m2, period_minutes) as beam_w_per_m2,
        hourly_mean(diffuse_w_per_m2, period_minutes) as sky_w_per_m2,
        max(provenance) as provenance,
        max(known_at_utc) as known_at_utc
    from interval_of_hour
    group by all
),

archive as (
    select * from silver.weather_hourly where period_start_utc >= $from_utc and period_start_utc < $to_utc
),

joined as (
    select
        coalesce(station.zone, archive.zone) as "zone",
        coalesce(station.period_start_utc, archive.period_start_utc) as period_start_utc,
        coalesce(station.temperature_celsius, archive.temperature_celsius) as temperature_celsius,
        coalesce(station.relative_humidity_pct, archive.relative_humidity_pct) as relative_humidity_pct,
        coalesce(station.cloud_cover_pct, archive.cloud_cover_pct) as cloud_cover_pct,
        coalesce(station.precipitation_mm, archive.precipitation_mm) as precipitation_mm,
        archive.weather_code,
        coalesce(station.wind_m_per_s, archive.wind_m_per_s) as wind_m_per_s,
        -- Irradiances are of one instrument. A station that measures but the global one has the archive's proportions.
        case
            when global_w_per_m2 is null
                then [archive.shortwave_w_per_m2, archive.direct_w_per_m2, archive.diffuse_w_per_m2]
            when beam_w_per_m2 is not null and sky_w_per_m2 is not null
                then [global_w_per_m2, beam_w_per_m2, sky_w_per_m2]
            else split_light(global_w_per_m2, archive.direct_w_per_m2, archive.shortwave_w_per_m2)
        end as light,
        -- What is taken from both is no better than the worse of them.
        case
            when archive.zone is null then station.provenance
            when 'simulated' in (station.provenance, archive.provenance) then 'simulated'
            else archive.provenance
        end as provenance,
        greatest(station.known_at_utc, archive.known_at_utc) as known_at_utc
    from station
    full join archive on station.zone = archive.zone and station.period_start_utc = archive.period_start_utc
)

select
    * exclude (light, provenance, known_at_utc),
    light[1] as shortwave_w_per_m2,
    light[2] as direct_w_per_m2,
    light[3] as diffuse_w_per_m2,
    provenance,
    known_at_utc
from joined
where
    coalesce(
        temperature_celsius, relative_humidity_pct, cloud_cover_pct, precipitation_mm, weather_code, wind_m_per_s,
        light[1], light[2], light[3]
    ) is not null
