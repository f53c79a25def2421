-- One row is one member's expected energy in one slot, as it was foreseen at one time.
select
    dim_user.user_sk,
    forecast.member_id as user_id,
    forecast.target,
    forecast.issued_at_utc,
    forecast.period_start_utc,
    forecast.period_minutes,
    forecast.horizon_hours,
    forecast.forecaster,
    forecast.forecaster_version,
    forecast.tier,
    cast(forecast.expected_wh * 0.001 as decimal(18, 3)) as expected_kwh,
    cast(forecast.mean_wh * 0.001 as decimal(18, 3)) as mean_kwh,
    cast(forecast.lower_wh * 0.001 as decimal(18, 3)) as lower_kwh,
    cast(forecast.upper_wh * 0.001 as decimal(18, 3)) as upper_kwh,
    cast(forecast.lower_80_wh * 0.001 as decimal(18, 3)) as lower_80_kwh,
    cast(forecast.upper_80_wh * 0.001 as decimal(18, 3)) as upper_80_kwh,
    cast(forecast.lower_50_wh * 0.001 as decimal(18, 3)) as lower_50_kwh,
    cast(forecast.upper_50_wh * 0.001 as decimal(18, 3)) as upper_50_kwh,
    cast(forecast.naive_24h_wh * 0.001 as decimal(18, 3)) as naive_24h_kwh,
    cast(forecast.clock_mean_wh * 0.001 as decimal(18, 3)) as clock_mean_kwh,
    forecast.samples,
    forecast.provenance
from gold.forecast as forecast
left join warehouse.dim_user as dim_user on forecast.member_id = dim_user.user_id and dim_user.is_current
