-- One row is one cell of a mapped file that holds a reading, with the instant its interval starts.
-- reads: meter_day = meter_day + meter_cell + plant_cell
with cell as materialized (
    select * from meter_day
),

-- Many meters share few times.
clock as (
    select distinct label, slot, clock_time, zone, label_minutes from cell where label is not null
),

near as (
    select
        *,
        clock_time - to_minutes(label_minutes) as clock_start,
        timezone(case when $has_zones then zone else $zone end, clock_start) as about,
        list_transform([-60, -30, 0, 30, 60], lambda minutes: about + to_minutes(minutes)) as instants
    from clock
),

shown as materialized (
    select
        label, slot, zone, label_minutes,
        -- When the clock showed the start, and when one interval later it showed the time in the file: once on most
        -- days, twice where it was set back, never where it skipped.
        list_filter(instants, lambda instant: timezone(case when $has_zones then zone else $zone end, instant) = clock_start) as by_start,
        list_filter(instants, lambda instant: timezone(case when $has_zones then zone else $zone end, instant + to_minutes(label_minutes)) = clock_time)
            as by_label,
        -- Columns that do not follow the clock count from the day's midnight.
        timezone(case when $has_zones then zone else $zone end, label) + to_minutes(slot * $slot_minutes) as elapsed,
        case
            when not $is_elapsed then list_sort(list_distinct(by_start || by_label))
            when cast(timezone(case when $has_zones then zone else $zone end, elapsed) as date) = cast(label as date) then [elapsed]
            else []
        end as starts,
        list_intersect(by_start, by_label) as clear_starts,
        date_diff('minute', timezone(case when $has_zones then zone else $zone end, label), timezone(case when $has_zones then zone else $zone end, label + interval 1 day)) // $slot_minutes
            as intervals_of_day
    from near
),

timed as (
    select
        cell.*,
        shown.starts,
        shown.clear_starts,
        coalesce(len(shown.starts), 0) as start_count,
        shown.intervals_of_day
    from cell
    left join shown using (label, slot, zone, label_minutes)
    -- A blank column beyond the end of its day holds no reading.
    where not cell.is_blank or not $is_day_per_row or cell.label is null or len(shown.starts) > 0
),

-- The hour that comes twice is told by the rows around it; to order all the others, too, would take the most time.
around as (
    select
        *,
        count(*) over same_time as times,
        arg_min(label, line) over same_meter > arg_max(label, line) over same_meter as is_newest_first,
        case when is_newest_first then times + 1 - row_number() over (same_time order by line)
            else row_number() over (same_time order by line) end as nth,
        lag(clock_time) over in_order as line_before,
        lead(clock_time) over in_order as line_after,
        case when is_newest_first then line_after else line_before end as time_before,
        case when is_newest_first then line_before else line_after end as time_after
    from timed
    semi join (
        select distinct cast(label as date) + cast(unnest([-1, 0, 1]) as integer) as day from shown where len(starts) = 2
    ) as unclear on cast(timed.label as date) = unclear.day
    window
        same_meter as (partition by _landing_id, meter_id),
        in_order as (partition by _landing_id, meter_id order by line, slot),
        same_time as (partition by _landing_id, meter_id, register_name, label, slot)
)

select
    * exclude (starts, clear_starts),
    cast(case when start_count = 1 then starts[1] end as timestamp) as period_start_utc
from timed
where start_count <> 2
union all
select
    * exclude (starts, clear_starts, times, is_newest_first, nth, line_before, line_after, time_before, time_after),
    cast(
        case
            -- A time is there twice, or the times before or after it are later or earlier.
            when times = 2 then starts[nth]
            when times = 1 and time_before > clock_time then starts[2]
            when times = 1 and time_after < clock_time then starts[1]
            when times = 1 and len(clear_starts) = 1 then clear_starts[1]
        end as timestamp
    ) as period_start_utc
from around
where start_count = 2
