-- One row is one reading of a mapped file, summed up to the quarter-hour, half-hour or hour that its period divides.
-- reads: meter_reason
with reading as (
    select
        *,
        grid_minutes(period_minutes) as slot_minutes,
        time_bucket(to_minutes(slot_minutes), period_start_utc) as slot_utc,
        row_number() over same_time as nth_copy,
        min(energy_kwh) over same_time <> max(energy_kwh) over same_time as is_contradicted
    from meter_reason
    window same_time as (
        partition by _landing_id, meter_id, quarantine_reason is null, period_start_utc order by line
        rows between unbounded preceding and unbounded following
    )
),

together as (
    select
        *,
        row_number() over (slot order by period_start_utc desc, line asc) as nth_from_last,
        sum(energy_kwh) filter (where nth_copy = 1) over slot as sum_kwh,
        -- Powers are summed before they are rounded.
        case when bool_and(is_power) over slot then sum(nanowatt_minutes) filter (where nth_copy = 1) over slot end
            as slot_nanowatt_minutes,
        coalesce(cast(energy_of_nanowatt_minutes(slot_nanowatt_minutes) as decimal(18, 6)), sum_kwh) as slot_kwh,
        sum(period_minutes) filter (where nth_copy = 1) over slot as minutes_there,
        bool_or(is_contradicted) over slot as has_contradiction,
        max(quality_rank) over slot as worst_rank,
        bool_or(is_rounded) over slot as has_rounded
    from reading
    window slot as (partition by _landing_id, meter_id, quarantine_reason is null, slot_minutes, slot_utc)
)

select
    * exclude (
        slot_minutes,
        slot_utc,
        nth_copy,
        is_contradicted,
        nth_from_last,
        sum_kwh,
        slot_nanowatt_minutes,
        slot_kwh,
        minutes_there,
        has_contradiction, worst_rank, has_rounded
    ) replace (
        slot_utc as period_start_utc,
        slot_minutes as period_minutes,
        cast(slot_kwh as decimal(18, 6)) as energy_kwh,
        worst_rank as quality_rank,
        has_rounded as is_rounded,
        case
            when quarantine_reason is not null then quarantine_reason
            when has_contradiction then 'contradicts another reading of its landing'
            when minutes_there < slot_minutes then format('not all of its {}-minute interval is there', slot_minutes)
            when nth_from_last > 1 then 'part of another reading'
        end as quarantine_reason
    )
from together
