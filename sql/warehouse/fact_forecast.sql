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
    cast(forecast.expected_wh * 0.001 as decimal(18, 3)) as expected_kwh,
    cast(forecast.lower_wh * 0.001 as decimal(18, 3)) as lower_kwh,
    cast(forecast.upper_wh * 0.001 as decimal(18, 3)) as upper_kwh,
    forecast.samples,
    forecast.provenance
from gold.forecast as forecast
left join warehouse.dim_user as dim_user on forecast.member_id = dim_user.user_id and dim_user.is_current
