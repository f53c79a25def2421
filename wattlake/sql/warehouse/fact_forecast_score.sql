-- One row is how one member's forecast of one target went on one day, by how far ahead it looked.
select
    member_id as user_id,
    target,
    period_start_utc,
    lead_hours,
    forecaster,
    forecaster_version,
    slots,
    absolute_error_kwh / slots as mae_kwh,
    sqrt(squared_error / slots) as rmse_kwh,
    100 * absolute_error_kwh / nullif(actual_kwh, 0) as wape_pct,
    pinball_kwh / slots as pinball_kwh,
    100 * slots_in_50 / slots as coverage_50_pct,
    100 * slots_in_80 / slots as coverage_80_pct,
    100 * slots_in_95 / slots as coverage_95_pct,
    100 * (1 - absolute_error_kwh / slots / nullif(naive_24h_error_kwh / naive_24h_slots, 0)) as skill_naive_24h_pct,
    100 * (1 - absolute_error_kwh / slots / nullif(naive_168h_error_kwh / naive_168h_slots, 0)) as skill_naive_168h_pct
from ops.forecast_score
