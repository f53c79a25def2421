-- One row is the carbon intensity of Great Britain's electricity in one half-hour, as its newest valid answer says.
with typed as (
    select
        *,
        -- Times have no seconds (`2026-08-03T23:00Z`); a cast reads that only without the Z.
        if("from" like '____-__-__T__:__%Z', try_cast(rtrim("from", 'Z') as timestamp), null) as period_start_utc,
        if("to" like '____-__-__T__:__%Z', try_cast(rtrim("to", 'Z') as timestamp), null) as period_end_utc,
        round(try_cast(forecast as double), 1) as forecast_gco2_per_kwh,
        round(try_cast(actual as double), 1) as actual_gco2_per_kwh
    from bronze.carbon_intensity
    where _landing_id between $from_landing and $to_landing
)

select
    'GB' as region,
    period_start_utc,
    30 as period_minutes,
    forecast_gco2_per_kwh,
    actual_gco2_per_kwh,
    -- Even `actual` is computed from the generation mix, not measured.
    coalesce(provenance, 'estimated') as provenance,
    -- The values of a half-hour are settled within a day.
    least(_fetched_at_utc, period_start_utc + interval 30 minutes + interval 1 day) as known_at_utc,
    _landing_id,
    case
        when period_start_utc is null or period_end_utc is null then 'unreadable time'
        when period_end_utc <> period_start_utc + interval 30 minutes then 'not a half-hour'
        when epoch(period_start_utc) % 1800 <> 0 then 'off the half-hour grid'
        when not is_in_calendar(period_start_utc) then 'outside the years of the calendar'
        when forecast is null and actual is null then 'no values'
        when
            (forecast is not null and forecast_gco2_per_kwh is null)
            or (actual is not null and actual_gco2_per_kwh is null)
            then 'unreadable value'
        when
            is_outside(forecast_gco2_per_kwh, $forecast_gco2_per_kwh_bounds)
            or is_outside(actual_gco2_per_kwh, $actual_gco2_per_kwh_bounds)
            then 'impossible value'
        when not is_provenance(provenance) then 'unknown provenance'
    end as quarantine_reason
from typed
