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
    forecast.expected_kwh,
    forecast.mean_kwh,
    forecast.lower_kwh,
    forecast.upper_kwh,
    forecast.lower_80_kwh,
    forecast.upper_80_kwh,
    forecast.lower_50_kwh,
    forecast.upper_50_kwh,
    forecast.naive_24h_kwh,
    forecast.clock_mean_kwh,
    forecast.samples,
    forecast.provenance
from gold.forecast as forecast
left join warehouse.dim_user as dim_user on forecast.member_id = dim_user.user_id and dim_user.is_current
