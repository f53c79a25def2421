-- One row is one reading of a running total, with what was counted since the one before, as sure as the worse of both.
-- reads: meter_register
with reading as (
    select
        *,
        period_start_utc + to_minutes(period_minutes) as at_utc,
        row_reason is null and not is_blank and written_kwh is not null and at_utc is not null as is_total
    from meter_register
),

point as (
    select
        *,
        is_total and row_number() over instant = 1 as is_point,
        min(written_kwh) over instant <> max(written_kwh) over instant as is_contradicted,
        case when not is_contradicted then written_kwh end as total_kwh
    from reading
    window instant as (
        partition by _landing_id, meter_id, is_total, at_utc order by line
        rows between unbounded preceding and unbounded following
    )
),

stepped as (
    select
        * replace (greatest(quality_rank, lag(quality_rank) over in_time) as quality_rank),
        lag(total_kwh) over in_time as before_kwh,
        lead(total_kwh) over in_time as next_kwh,
        lag(at_utc) over in_time as before_utc,
        total_kwh - before_kwh as step_kwh,
        epoch_ms(at_utc) - epoch_ms(before_utc) as step_ms
    from point
    window in_time as (partition by _landing_id, meter_id, is_point order by at_utc)
),

-- What a connection can carry is judged by the meter's own steps; less than 25 kW says nothing.
bounded as (
    select
        *,
        greatest(25, 50 * coalesce(
            median(case when step_kwh > 0 then cast(step_kwh as double) * 3.6e6 / step_ms end) over of_meter, 0
        )) as bound_kw,
        coalesce(step_kwh < 0 or step_kwh * 3.6e6 > bound_kw * step_ms, true) as is_break
    from stepped
    window of_meter as (partition by _landing_id, meter_id, is_point)
),

stretch as (
    select
        *,
        sum(cast(is_break as integer)) over (
            partition by _landing_id, meter_id, is_point order by at_utc rows unbounded preceding
        ) as stretch
    from bounded
),

-- A total that fell and comes back in one step was wrong in between; so was one that rose in one step and fell back.
ends as (
    select
        *,
        first_value(before_kwh) over whole as from_kwh,
        first_value(total_kwh) over whole as first_kwh,
        last_value(total_kwh) over whole as last_kwh,
        last_value(next_kwh) over whole as to_kwh
    from stretch
    window whole as (
        partition by _landing_id, meter_id, is_point, stretch order by at_utc
        rows between unbounded preceding and unbounded following
    )
)

select
    * exclude (is_break, stretch, from_kwh, first_kwh, last_kwh, to_kwh, next_kwh),
    coalesce(
        is_break
        or (before_kwh < from_kwh and total_kwh >= from_kwh and step_kwh >= 0.9 * (from_kwh - first_kwh))
        or (before_kwh <= to_kwh and total_kwh > to_kwh and step_kwh >= 0.9 * (last_kwh - to_kwh)),
        is_break
    ) as is_break
from ends
