-- One row is one cell of a mapped file that holds a reading, with the instant its interval starts.
-- reads: meter_clock
with timed as materialized (
    select * from meter_clock
),

-- The hour that comes twice is told by the rows around it; to order all the others, too, would take the most time.
unclear as (
    select distinct cast(label as date) + cast(unnest([-1, 0, 1]) as integer) as day from timed where start_count = 2
),

around as (
    select
        *,
        count(*) over same_time as times,
        arg_min(label, line) over same_meter > arg_max(label, line) over same_meter as is_newest_first,
        case
            when is_newest_first then times + 1 - row_number() over (same_time order by line)
            else row_number() over (same_time order by line)
        end as nth,
        lag(clock_time) over in_order as line_before,
        lead(clock_time) over in_order as line_after,
        case when is_newest_first then line_after else line_before end as time_before,
        case when is_newest_first then line_before else line_after end as time_after
    from timed
    semi join unclear on cast(timed.label as date) = unclear.day
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
