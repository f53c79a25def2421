-- One row is one cell of a mapped meter file that holds a reading, with the instant its interval starts.
-- reads: meter_cell = meter_cell + plant_cell
with cell as materialized (
    select * from meter_cell
),

-- Many meters share few times.
clock as (
    select distinct
        label, slot, clock_time,
        clock_time - to_minutes($label_minutes) as clock_start,
        timezone($zone, clock_start) as about,
        list_transform([-60, -30, 0, 30, 60], lambda minutes: about + to_minutes(minutes)) as instants
    from cell
    where label is not null
),

shown as (
    select
        label, slot,
        -- When the clock showed the start, and when one interval later it showed the time in the file: once on most
        -- days, twice where it was set back, never where it skipped.
        list_filter(instants, lambda instant: timezone($zone, instant) = clock_start) as by_start,
        list_filter(instants, lambda instant: timezone($zone, instant + to_minutes($label_minutes)) = clock_time)
            as by_label,
        -- Columns that do not follow the clock count from the day's midnight.
        timezone($zone, label) + to_minutes(slot * $period_minutes) as elapsed,
        case
            when not $is_elapsed then list_sort(list_distinct(by_start || by_label))
            when cast(timezone($zone, elapsed) as date) = cast(label as date) then [elapsed]
            else []
        end as starts,
        list_intersect(by_start, by_label) as clear_starts,
        date_diff('minute', timezone($zone, label), timezone($zone, label + interval 1 day)) // $period_minutes
            as intervals_of_day
    from clock
),

counted as (
    select
        cell.*, shown.starts, shown.clear_starts, shown.intervals_of_day,
        count(*) over same_time as times,
        row_number() over (same_time order by cell.line) as nth_time,
        lag(cell.clock_time) over in_order as line_before,
        lead(cell.clock_time) over in_order as line_after,
        arg_min(label, cell.line) over same_meter > arg_max(label, cell.line) over same_meter as is_newest_first
    from cell
    left join shown using (label, slot)
    -- A blank column beyond the end of its day holds no reading.
    where cell.value_text <> '' or not $is_day_per_row or label is null or len(shown.starts) > 0
    window
        same_meter as (partition by cell._landing_id, cell.meter_id),
        in_order as (partition by cell._landing_id, cell.meter_id order by cell.line, slot),
        same_time as (partition by cell._landing_id, cell.meter_id, label, slot)
),

in_time as (
    select
        *,
        case when is_newest_first then times + 1 - nth_time else nth_time end as nth,
        case when is_newest_first then line_after else line_before end as time_before,
        case when is_newest_first then line_before else line_after end as time_after
    from counted
)

select
    * exclude (clear_starts, times, nth_time, line_before, line_after, is_newest_first, nth, time_before, time_after),
    cast(
        case
            when len(starts) = 1 then starts[1]
            -- In the hour that comes twice a time is there twice, or the times before or after it are later or earlier.
            when times = 2 then starts[nth]
            when times = 1 and time_before > clock_time then starts[2]
            when times = 1 and time_after < clock_time then starts[1]
            when times = 1 and len(clear_starts) = 1 then clear_starts[1]
        end as timestamp
    ) as period_start_utc
from in_time
