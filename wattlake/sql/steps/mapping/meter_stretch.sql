-- One row is one reading of a running total, with the stretch of believable steps that it is in.
-- reads: meter_counted
with stretch as (
    select
        *,
        sum(cast(is_break as integer)) over (
            partition by _landing_id, meter_id, is_point order by at_utc rows unbounded preceding
        ) as stretch
    from meter_counted
),

sized as (
    select
        *,
        count(*) over whole as readings,
        max(total_kwh) over whole as most_kwh,
        first_value(before_kwh) over whole as from_kwh,
        first_value(before_utc) over whole as from_utc
    from stretch
    window whole as (
        partition by _landing_id, meter_id, is_point, stretch order by at_utc
        rows between unbounded preceding and unbounded following
    )
)

select
    *,
    last_value(total_after) over whole as to_kwh,
    last_value(utc_after) over whole as to_utc,
    first_value(readings_before) over whole as readings_before_it,
    last_value(readings_after) over whole as readings_behind_it
from (
    select
        *,
        lead(total_kwh) over in_time as total_after,
        lead(at_utc) over in_time as utc_after,
        lag(readings) over in_time as readings_before,
        lead(readings) over in_time as readings_after
    from sized
    window in_time as (partition by _landing_id, meter_id, is_point order by at_utc)
)
window whole as (
    partition by _landing_id, meter_id, is_point, stretch order by at_utc
    rows between unbounded preceding and unbounded following
)
