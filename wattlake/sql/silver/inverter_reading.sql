-- One row is what one inverter, panel or sensor of a plant read in one interval, as its newest valid file says.
with as_written as (
    select
        nullif(trim("PLANT_ID"), '') as plant_id,
        nullif(trim("SOURCE_KEY"), '') as panel_id,
        "DATE_TIME" as time_text,
        "AC_POWER" as ac_text,
        "DC_POWER" as dc_text,
        "DAILY_YIELD" as daily_text,
        "TOTAL_YIELD" as total_text,
        "IRRADIATION" as light_text,
        "MODULE_TEMPERATURE" as module_text,
        "AMBIENT_TEMPERATURE" as ambient_text,
        provenance,
        _landing_id,
        _fetched_at_utc
    from bronze.inverters
    -- Lines with a panel or its size belong to silver.panel.
    where _landing_id between $from_landing and $to_landing and coalesce(panel_id, panel_kwp) is null
),

typed as (
    select
        *,
        -- Portals write ISO dates or day-first ones; month-first ones need a mapping, for nobody can tell them apart.
        case
            when time_text like '____-__-__ __:__:__' then try_cast(time_text as timestamp)
            else
                try_strptime(
                    trim(time_text),
                    [
                        '%d-%m-%Y %H:%M', '%d-%m-%Y %H:%M:%S', '%d/%m/%Y %H:%M', '%d/%m/%Y %H:%M:%S', '%d.%m.%Y %H:%M',
                        '%Y-%m-%d %H:%M', '%Y-%m-%dT%H:%M:%S', '%Y-%m-%d %H:%M:%S'
                    ]
                )
        end as clock_time,
        case
            when $plants_timezone = 'UTC' then clock_time else timezone('UTC', timezone($plants_timezone, clock_time))
        end as start_utc,
        -- A cast would read 1_000 as a thousand.
        if(contains(ac_text, '_'), null, try_cast(ac_text as double)) as ac_kw,
        if(contains(dc_text, '_'), null, try_cast(dc_text as double)) as dc_kw,
        if(contains(daily_text, '_'), null, try_cast(daily_text as double)) as daily_kwh,
        if(contains(total_text, '_'), null, try_cast(total_text as double)) as total_kwh,
        if(contains(light_text, '_'), null, try_cast(light_text as double)) as light_kw_per_m2,
        if(contains(module_text, '_'), null, try_cast(module_text as double)) as module_celsius,
        if(contains(ambient_text, '_'), null, try_cast(ambient_text as double)) as ambient_celsius
    from as_written
)

select
    plant_id,
    panel_id,
    start_utc as period_start_utc,
    15 as period_minutes,
    try_cast(round(ac_kw * 1000) as bigint) as ac_power_w,
    try_cast(round(dc_kw * 1000) as bigint) as dc_power_w,
    try_cast(daily_kwh as decimal(18, 6)) as daily_yield_kwh,
    try_cast(total_kwh as decimal(18, 6)) as total_yield_kwh,
    try_cast(light_kw_per_m2 * 1000 as decimal(6, 1)) as irradiance_w_per_m2,
    try_cast(module_celsius as decimal(5, 2)) as module_temperature_celsius,
    try_cast(ambient_celsius as decimal(5, 2)) as ambient_temperature_celsius,
    coalesce(provenance, 'measured') as provenance,
    _landing_id,
    case
        when plant_id is null and panel_id is null and ac_text is null and light_text is null
            then 'not the columns of its file, or no UTF-8'
        when plant_id is null then 'no plant id'
        when panel_id is null then 'no inverter id'
        -- A catalog cannot look for a text with it.
        when contains(plant_id, chr(0)) or contains(panel_id, chr(0)) then 'NUL in an id'
        when start_utc is null then 'unreadable time'
        when $plants_timezone <> 'UTC' and timezone($plants_timezone, timezone('UTC', start_utc)) <> clock_time
            then 'a time that the clock skipped'
        when epoch_us(start_utc) % 900000000 <> 0 then 'off the quarter-hour grid'
        -- A day's grace, for clocks that are ahead.
        when start_utc > _fetched_at_utc + interval 1 day then 'later than its file'
        when not is_in_calendar(start_utc) then 'outside the years of the calendar'
        when
            (ac_kw is null and trim(ac_text) <> '') or (dc_kw is null and trim(dc_text) <> '')
            or (daily_kwh is null and trim(daily_text) <> '') or (total_kwh is null and trim(total_text) <> '')
            or (light_kw_per_m2 is null and trim(light_text) <> '')
            or (module_celsius is null and trim(module_text) <> '')
            or (ambient_celsius is null and trim(ambient_text) <> '')
            then 'unreadable number'
        when coalesce(ac_kw, dc_kw, daily_kwh, total_kwh, light_kw_per_m2, module_celsius, ambient_celsius) is null
            then 'no value'
        when is_outside(ac_kw * 1000, $ac_power_w_bounds) then 'impossible power'
        when is_outside(dc_kw * 1000, $dc_power_w_bounds) then 'impossible power'
        when is_outside(daily_kwh, $daily_yield_kwh_bounds) then 'impossible yield'
        when is_outside(total_kwh, $total_yield_kwh_bounds) then 'impossible yield'
        when is_outside(light_kw_per_m2 * 1000, $irradiance_w_per_m2_bounds) then 'impossible irradiation'
        when is_outside(module_celsius, $module_temperature_celsius_bounds) then 'impossible temperature'
        when is_outside(ambient_celsius, $ambient_temperature_celsius_bounds) then 'impossible temperature'
        when not is_provenance(provenance) then 'unknown provenance'
    end as quarantine_reason
from typed
