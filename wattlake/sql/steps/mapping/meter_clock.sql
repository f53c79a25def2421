-- One row is one cell of a mapped file that holds a reading, with the instants at which its interval may start.
-- reads: meter_dated = meter_order + meter_day + meter_cell + plant_cell + clock_cell
with cell as materialized (
    select * from meter_dated
),

-- Many meters share few times.
clock as (
    select distinct label, slot, clock_time, zone, label_minutes from cell where label is not null
),

near as (
    select
        *,
        -- A zone that is the same for all is quicker as a literal.
        case when $has_zones then zone else $zone end as its_zone,
        clock_time - to_minutes(label_minutes) as clock_start,
        timezone(its_zone, clock_start) as about,
        list_transform([-60, -30, 0, 30, 60], lambda minutes: about + to_minutes(minutes)) as instants
    from clock
),

shown as materialized (
    select
        label, slot, zone, label_minutes,
        -- When the clock showed the start, and when one interval later it showed the time in the file: once on most
        -- days, twice where it was set back, never where it skipped.
        list_filter(instants, lambda instant: timezone(its_zone, instant) = clock_start) as by_start,
        list_filter(instants, lambda instant: timezone(its_zone, instant + to_minutes(label_minutes)) = clock_time)
            as by_label,
        -- Columns that do not follow the clock count from the day's midnight.
        timezone(its_zone, label) + to_minutes(slot * $slot_minutes) as elapsed,
        case
            when not $is_elapsed then list_sort(list_distinct(by_start || by_label))
            when cast(timezone(its_zone, elapsed) as date) = cast(label as date) then [elapsed]
            else []
        end as starts,
        list_intersect(by_start, by_label) as clear_starts,
        date_diff('minute', timezone(its_zone, label), timezone(its_zone, label + interval 1 day)) // $slot_minutes
            as intervals_of_day
    from near
)

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
