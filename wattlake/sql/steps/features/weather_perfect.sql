-- One row is one zone's hour of the day after an issue, or of some hours before, as it turned out to be: for analysis, as nobody knew it then.
-- reads: issue = given, gold.weather_hourly
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
from gold.weather_hourly as weather
inner join issue
    on
        weather.period_start_utc >= date_trunc('hour', issue.at_utc) - to_hours($back_hours)
        and weather.period_start_utc < issue.at_utc + interval 26 hours
where weather.period_start_utc >= $from_utc and weather.period_start_utc < $to_utc
