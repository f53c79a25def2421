-- One row is what a zone's members, or all of them, are expected to consume or produce in one slot.
select
    forecast."level",
    forecast.group_id,
    forecast.target,
    forecast.issued_at_utc,
    forecast.period_start_utc,
    forecast.period_minutes,
    forecast.horizon_hours,
    forecast.forecaster,
    forecast.forecaster_version,
    forecast.members,
    cast(forecast.expected_wh * 0.001 as decimal(18, 3)) as expected_kwh,
    cast(forecast.lower_wh * 0.001 as decimal(18, 3)) as lower_kwh,
    cast(forecast.upper_wh * 0.001 as decimal(18, 3)) as upper_kwh,
    cast(forecast.lower_80_wh * 0.001 as decimal(18, 3)) as lower_80_kwh,
    cast(forecast.upper_80_wh * 0.001 as decimal(18, 3)) as upper_80_kwh,
    cast(forecast.lower_50_wh * 0.001 as decimal(18, 3)) as lower_50_kwh,
    cast(forecast.upper_50_wh * 0.001 as decimal(18, 3)) as upper_50_kwh,
    forecast.provenance
from gold.group_forecast as forecast
