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
    forecast.expected_kwh,
    forecast.lower_kwh,
    forecast.upper_kwh,
    forecast.lower_80_kwh,
    forecast.upper_80_kwh,
    forecast.lower_50_kwh,
    forecast.upper_50_kwh,
    forecast.provenance
from gold.group_forecast as forecast
