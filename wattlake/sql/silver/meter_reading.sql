-- One row is one meter's energy in one half-hour, as its newest valid file says.
with as_written as (
    select
        trim("LCLid") as meter_id,
        coalesce("tstp", "DateTime") as time_text,
        trim(coalesce("energy(kWh/hh)", "KWH/hh (per half hour)")) as energy_text,
        provenance,
        _landing_id,
        _fetched_at_utc
    from bronze.smart_meters
    where _landing_id between $from_landing and $to_landing
),

typed as (
    select
        *,
        -- The London files are in GMT all year; the label is taken as the start of its half-hour. Other shapes are not
        -- read, because a cast would drop an offset in silence.
        case
            when time_text like '____-__-__ __:__:__' or time_text like '____-__-__ __:__:__.0000000'
                then try_cast(time_text as timestamp)
            -- To trim every time costs as much as to read it, and hardly one is padded.
            when trim(time_text) like '____-__-__ __:__:__' or trim(time_text) like '____-__-__ __:__:__.0000000'
                then try_cast(trim(time_text) as timestamp)
        end as period_start_utc,
        -- A cast would read 1_000 as a thousand.
        case when not contains(energy_text, '_') then try_cast(energy_text as double) end as number,
        -- Decimals that a sum in floating point left behind (0.39100000000000001) are none.
        abs(number * 1e6 - round(number * 1e6)) > 1e-6 as is_rounded
    from as_written
)

select
    meter_id,
    period_start_utc,
    30 as period_minutes,
    case
        when number not between 0 and 1000 then null
        -- Read as twenty decimals only where there are so many: that takes a hundred times as long.
        when is_rounded then six_decimals(cast(energy_text as decimal(32, 20)))
        else cast(number as decimal(18, 6))
    end as energy_kwh,
    -- These files say nothing of either.
    cast(null as varchar) as quality,
    cast(null as varchar) as register,
    coalesce(provenance, 'measured') as provenance,
    least(_fetched_at_utc, period_start_utc + interval 150 minutes) as known_at_utc,
    _landing_id,
    case
        when meter_id is null or meter_id = '' then 'no meter id'
        -- A catalog cannot look for a text with it.
        when contains(meter_id, chr(0)) then 'NUL in the meter id'
        -- Such a line was landed whole, in the first column.
        when time_text is null and energy_text is null then 'not the columns of its file, or no UTF-8'
        when period_start_utc is null then 'unreadable time'
        when epoch_us(period_start_utc) % 1800000000 <> 0
            then 'off the half-hour grid'
        -- A day's grace, for clocks that are ahead.
        when period_start_utc > _fetched_at_utc + interval 1 day then 'later than its file'
        when not is_in_calendar(period_start_utc) then 'outside the years of the calendar'
        when number is null or isnan(number) then 'unreadable energy'
        when number not between 0 and 1000 then 'impossible energy'
        when not is_provenance(provenance) then 'unknown provenance'
    end as quarantine_reason,
    is_rounded
from typed
