-- One row is what one inverter, panel or sensor read in one interval, as the mapping of its plant's file reads it.
-- reads: meter_time
select
    plant_id,
    panel_id,
    period_start_utc,
    $period_minutes as period_minutes,
    try_cast(round(numbers[1] * $w_per_unit) as bigint) as ac_power_w,
    try_cast(round(numbers[2] * $w_per_unit) as bigint) as dc_power_w,
    try_cast(numbers[3] * $kwh_per_unit as decimal(18, 6)) as daily_yield_kwh,
    try_cast(numbers[4] * $kwh_per_unit as decimal(18, 6)) as total_yield_kwh,
    try_cast(numbers[5] * $w_per_m2_per_unit as decimal(6, 1)) as irradiance_w_per_m2,
    try_cast(numbers[6] as decimal(5, 2)) as module_temperature_celsius,
    try_cast(numbers[7] as decimal(5, 2)) as ambient_temperature_celsius,
    $provenance as provenance,
    _landing_id,
    case
        when line_text is not null then 'not a line with the columns of its file'
        when plant_id is null then 'no plant id'
        when panel_id is null then 'no inverter id'
        -- A catalog cannot look for a text with it.
        when contains(plant_id, chr(0)) or contains(panel_id, chr(0)) then 'NUL in an id'
        when label is null then coalesce(time_reason, 'unreadable time')
        when start_count = 0 then 'a time that the clock skipped'
        when period_start_utc is null then 'in the hour that comes twice, but not there twice'
        when epoch(period_start_utc) % (60 * $period_minutes) <> 0 then 'off the grid of its periods'
        -- A day's grace, for clocks that are ahead.
        when period_start_utc > _fetched_at_utc + interval 1 day then 'later than its file'
        when not is_in_calendar(period_start_utc) then 'outside the years of the calendar'
        when numbers_read < numbers_written then 'unreadable number'
        when numbers_read = 0 then 'no value'
        when is_outside(numbers[1] * $w_per_unit, $ac_power_w_bounds) then 'impossible power'
        when is_outside(numbers[2] * $w_per_unit, $dc_power_w_bounds) then 'impossible power'
        when is_outside(numbers[3] * $kwh_per_unit, $daily_yield_kwh_bounds) then 'impossible yield'
        when is_outside(numbers[4] * $kwh_per_unit, $total_yield_kwh_bounds) then 'impossible yield'
        when is_outside(numbers[5] * $w_per_m2_per_unit, $irradiance_w_per_m2_bounds) then 'impossible irradiation'
        when is_outside(numbers[6], $module_temperature_celsius_bounds) then 'impossible temperature'
        when is_outside(numbers[7], $ambient_temperature_celsius_bounds) then 'impossible temperature'
    end as quarantine_reason,
    line
from meter_time
