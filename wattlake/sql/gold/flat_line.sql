-- One row is one slot of a stretch of hours in which a member's consumption never moves, without being nil.
with still as (
    -- A stretch of n slots holds a whole block of (n + 1) // 2: only who has such a block is looked at slot by slot.
    select distinct member_id
    from (
        select member_id
        from gold.energy_flow
        where period_start_utc >= $from_utc - interval 1 day and period_start_utc < $to_utc + interval 1 day
        group by
            member_id,
            time_bucket(
                to_minutes((($flat_line_hours * 60 // $slot_minutes + 1) // 2) * $slot_minutes), period_start_utc
            )
        having
            count(consumption_kwh) = ($flat_line_hours * 60 // $slot_minutes + 1) // 2
            and min(consumption_kwh) = max(consumption_kwh)
            and min(consumption_kwh) > 0
    )
),

slot as (
    select
        flow.member_id,
        flow.period_start_utc,
        flow.consumption_kwh,
        -- The same for all slots of equal consumption that follow each other.
        flow.period_start_utc - to_minutes(
            $slot_minutes
            * row_number() over (partition by flow.member_id, flow.consumption_kwh order by flow.period_start_utc)
        ) as stretch
    from gold.energy_flow as flow
    semi join still on flow.member_id = still.member_id
    where
        flow.period_start_utc >= $from_utc - interval 1 day
        and flow.period_start_utc < $to_utc + interval 1 day
        and flow.consumption_kwh > 0
),

flat_slot as (
    select *
    from slot
    qualify count(*) over (partition by member_id, consumption_kwh, stretch) * $slot_minutes >= $flat_line_hours * 60
)

select
    member_id,
    period_start_utc,
    consumption_kwh
from flat_slot
where period_start_utc >= $from_utc and period_start_utc < $to_utc
