-- One row is one hour's weather on panels of one tilt and azimuth in a zone; pvlib turns it into the output of 1 kWp.
with panel as (
    select distinct
        member_version.zone,
        member_version.tilt_degrees,
        member_version.azimuth_degrees,
        date_trunc('day', member_version.valid_from_utc) as first_day_utc,
        coalesce(member_version.valid_to_utc, timestamp 'infinity') as valid_to_utc,
        zone.latitude,
        zone.longitude
    from gold.member_version as member_version
    inner join gold.zone as zone on member_version.zone = zone.zone
    where member_version.panel_kwp > 0
),

weather as (
    select *
    from gold.weather_hourly
    where period_start_utc >= $from_utc and period_start_utc < $to_utc
),

metered_hour as (
    select unnest(range(day_utc, day_utc + interval 1 day, interval 1 hour)) as period_start_utc
    from (
        select period_start_utc as day_utc
        from gold.meter_daily
        where period_start_utc >= $from_utc and period_start_utc < $to_utc
        union
        -- A day on which every meter was silent is estimated all the same.
        select date_trunc('day', period_start_utc)
        from gold.gap_fill
        where period_start_utc >= $from_utc and period_start_utc < $to_utc
    )
),

hour_in_zone as (
    select zone, period_start_utc from weather
    union
    select zone.zone, metered_hour.period_start_utc from gold.zone as zone cross join metered_hour
)

select distinct
    panel.zone,
    panel.tilt_degrees,
    panel.azimuth_degrees,
    panel.latitude,
    panel.longitude,
    hour_in_zone.period_start_utc,
    weather.temperature_celsius,
    weather.wind_m_per_s,
    weather.shortwave_w_per_m2,
    weather.direct_w_per_m2,
    weather.diffuse_w_per_m2,
    typical.output_w_per_kwp as typical_w_per_kwp,
    coalesce(weather.known_at_utc, hour_in_zone.period_start_utc) as known_at_utc
from hour_in_zone
inner join panel
    on
        hour_in_zone.zone = panel.zone
        -- Panels nobody has on a day are left out: a new member's do not reach back to days built before.
        and hour_in_zone.period_start_utc >= panel.first_day_utc
        and hour_in_zone.period_start_utc < panel.valid_to_utc
left join weather
    on hour_in_zone.zone = weather.zone and hour_in_zone.period_start_utc = weather.period_start_utc
left join gold.pv_typical_year as typical
    on
        panel.zone = typical.zone
        and panel.tilt_degrees = typical.tilt_degrees
        and panel.azimuth_degrees = typical.azimuth_degrees
        and month(hour_in_zone.period_start_utc) = typical.month
        and day(hour_in_zone.period_start_utc) = typical.day
        and hour(hour_in_zone.period_start_utc) = typical.hour
