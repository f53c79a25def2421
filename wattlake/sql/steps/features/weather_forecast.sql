-- One row is one zone's hour of the day after an issue, or of some hours before, as the newest forecast that was known at the issue expected it.
-- reads: issue = given, silver.weather_forecast
select
    issue.issue,
    weather.zone,
    weather.period_start_utc,
    date_diff('hour', date_trunc('hour', issue.at_utc), weather.period_start_utc) as hours_ahead,
    weather.known_at_utc,
    weather.temperature_celsius,
    weather.shortwave_w_per_m2,
    weather.direct_w_per_m2,
    weather.diffuse_w_per_m2,
    weather.cloud_cover_pct,
    weather.wind_m_per_s,
    weather.relative_humidity_pct,
    cast(weather.weather_code as double) as weather_code
from silver.weather_forecast as weather
inner join issue
    on
        weather.period_start_utc >= date_trunc('hour', issue.at_utc) - to_hours($back_hours)
        and weather.period_start_utc < issue.at_utc + interval 26 hours
        and weather.known_at_utc <= issue.at_utc
where weather.period_start_utc >= $from_utc and weather.period_start_utc < $to_utc
qualify row_number() over (
    partition by issue.issue, weather.zone, weather.period_start_utc order by weather.issued_at_utc desc
) = 1
