-- One row is one reading of a mapped file with the reason why it is none, if so.
-- reads: meter_spacing = meter_spacing + meter_overlap + meter_total
select
    *,
    case
        when row_reason is not null then row_reason
        when is_nobodys then 'no meter id'
        -- A catalog cannot look for a text with it.
        when contains(meter_id, chr(0)) then 'NUL in the meter id'
        when regexp_full_match(meter_id, '\d[.,]\d+[eE]\+\d+') then 'a meter id that a spreadsheet cut'
        when label is null then coalesce(time_reason, 'unreadable time')
        when $is_elapsed and intervals_of_day * $slot_minutes <> 1440 and intervals_in_row <> intervals_of_day
            then format('the day has {} intervals, its row{} {}', intervals_of_day, $plural, intervals_in_row)
        when start_count = 0 and $is_elapsed then 'after the end of its day'
        when start_count = 0 then 'a time that the clock skipped'
        when period_start_utc is null then 'in the hour that comes twice, but not there twice'
        when epoch_us(period_start_utc) % (cast(60000000 as bigint) * period_minutes) <> 0 and not $is_total
            then 'off the grid of its periods'
        -- A day's grace, for clocks that are ahead.
        when period_start_utc > _fetched_at_utc + interval 1 day then 'later than its file'
        when not is_in_calendar(period_start_utc) then 'outside the years of the calendar'
        when is_blank then 'no value'
        when written_kwh is null then 'unreadable energy'
        when is_outside(energy_kwh, $energy_kwh_bounds) then 'impossible energy'
    end as quarantine_reason
from meter_spacing
