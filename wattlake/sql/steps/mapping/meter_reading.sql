-- One row is one meter's energy in one interval, as the mapping of its file reads it.
-- reads: meter_time
with measured as (
    select
        *,
        -- What a running total was at the start of the interval; unclear where the file has two.
        case
            when min(written_kwh) over before = max(written_kwh) over before then max(written_kwh) over before
        end as kwh_before,
        case
            when $is_total then written_kwh - kwh_before
            when $is_net then greatest(written_kwh, 0)
            else written_kwh
        end as energy_kwh
    from meter_time
    window before as (
        partition by _landing_id, meter_id order by epoch(period_start_utc) // 60
        range between $period_minutes preceding and $period_minutes preceding
    )
)

select
    meter_id,
    period_start_utc,
    $period_minutes as period_minutes,
    energy_kwh,
    $provenance as provenance,
    -- Two hours after its end, as a rule.
    least(_fetched_at_utc, period_start_utc + to_minutes($period_minutes + 120)) as known_at_utc,
    _landing_id,
    case
        when line_text is not null then 'not a line with the columns of its file'
        when meter_id is null then 'no meter id'
        -- A catalog cannot look for a text with it.
        when contains(meter_id, chr(0)) then 'NUL in the meter id'
        when label is null then 'unreadable time'
        when $is_elapsed and intervals_of_day * $period_minutes <> 1440 and intervals_in_row <> intervals_of_day
            then format('the day has {} intervals, its row {}', intervals_of_day, intervals_in_row)
        when len(starts) = 0 and $is_elapsed then 'after the end of its day'
        when len(starts) = 0 then 'a time that the clock skipped'
        when period_start_utc is null then 'in the hour that comes twice, but not there twice'
        when epoch(period_start_utc) % (60 * $period_minutes) <> 0 then 'off the grid of its periods'
        -- A day's grace, for clocks that are ahead.
        when period_start_utc > _fetched_at_utc + interval 1 day then 'later than its file'
        when not is_in_calendar(period_start_utc) then 'outside the years of the calendar'
        when value_text = '' then 'no value'
        when written_kwh is null then 'unreadable energy'
        when $is_total and kwh_before is null then 'no total before it'
        when $is_total and energy_kwh < 0 then 'the total went back'
        when energy_kwh not between 0 and 1000 then 'impossible energy'
    end as quarantine_reason,
    is_rounded,
    line
from measured
