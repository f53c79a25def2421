-- One row is one meter's energy in one interval, as the running totals at its ends or around it say.
-- reads: meter_judged
with total as materialized (
    select
        *,
        is_point and step_reason is null as is_good,
        -- Others are spread over the intervals that they touch.
        is_good and step_ms = $grid_ms and epoch_ms(before_utc) % $grid_ms = 0 as is_whole
    from meter_judged
),

part as (
    select
        _landing_id, meter_id, at_utc, before_utc, step_kwh, quality_rank,
        epoch_ms(before_utc) as from_ms,
        epoch_ms(at_utc) as to_ms,
        unnest(range(
            from_ms // $grid_ms, (to_ms - 1) // $grid_ms + 1
        )) * $grid_ms as slot_ms,
        greatest(from_ms, slot_ms) as part_from_ms,
        least(to_ms, slot_ms + $grid_ms) as part_to_ms,
        -- As much as flowed by the end less what flowed by the start, so that all parts together are the step.
        cast(units(step_kwh) as hugeint) * (part_to_ms - from_ms) // (to_ms - from_ms)
        - cast(units(step_kwh) as hugeint) * (part_from_ms - from_ms) // (to_ms - from_ms) as part_units
    from total
    where is_good and not is_whole
),

slot as (
    select
        _landing_id, meter_id, slot_ms,
        max(at_utc) as last_utc,
        cast(of_units(sum(part_units)) as decimal(18, 6)) as slot_kwh,
        sum(part_to_ms - part_from_ms) as covered_ms,
        max(quality_rank) as worst_rank,
        covered_ms < $grid_ms
        or min(from_ms) < slot_ms
        or max(to_ms) > slot_ms + $grid_ms as is_spread
    from part
    group by _landing_id, meter_id, slot_ms
),

reading as (
    select
        * replace (
            case when is_good then before_utc else at_utc - to_minutes($grid_minutes) end as period_start_utc,
            case when is_good then step_kwh end as energy_kwh,
            coalesce(row_reason, case
                when is_point and is_good and is_whole then null
                when is_point and is_good then 'part of another reading'
                when is_point then step_reason
                when is_total and is_contradicted then 'contradicts another total of its time'
                when is_total then 'part of another reading'
            end) as row_reason
        )
    from total
    union all
    select
        total.* replace (
            make_timestamp(slot.slot_ms * 1000) as period_start_utc,
            slot.slot_kwh as energy_kwh,
            slot.is_spread as is_spread,
            slot.worst_rank as quality_rank,
            case when 2 * slot.covered_ms < $grid_ms then 'not half of its interval is there' end as row_reason
        )
    from slot
    inner join total
        on
            slot._landing_id = total._landing_id
            and slot.meter_id = total.meter_id
            and slot.last_utc = total.at_utc
            and total.is_point
)

select
    * exclude (
        at_utc, is_total, is_point, is_contradicted, total_kwh, before_kwh, before_utc, step_kwh, step_ms, bound_kw,
        is_break, step_reason, is_good, is_whole
    ) replace (cast($grid_minutes as integer) as period_minutes)
from reading
