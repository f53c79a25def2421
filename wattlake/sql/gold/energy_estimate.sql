-- One row is what is estimated of one member's energy in one slot: of the minutes that no reading covers.
with part as (
    -- An interval that reaches into several slots (of its hour) is cut at their borders, in milliwatt-hours that add up.
    select
        gap_fill.*,
        date_trunc('hour', gap_fill.period_start_utc) + to_minutes(slot.begins) as slot_utc,
        slot.begins + $slot_minutes as ends,
        minutes_between(gap_fill.period_start_utc, gap_fill.period_minutes, slot.begins, ends) as minutes,
        amount_between(gap_fill.energy_kwh, gap_fill.period_start_utc, gap_fill.period_minutes, slot.begins, ends)
            as part_kwh
    from gold.gap_fill as gap_fill
    inner join range(0, 60, $slot_minutes) as slot (begins)
        on
            minutes_between(
                gap_fill.period_start_utc, gap_fill.period_minutes, slot.begins, slot.begins + $slot_minutes
            ) > 0
    where gap_fill.period_start_utc >= $from_utc and gap_fill.period_start_utc < $to_utc
)

select
    member_meter.member_id,
    part.slot_utc as period_start_utc,
    member_meter.zone,
    coalesce(sum(part.minutes) filter (where member_meter.measures = 'consumption'), 0)
        as consumption_estimated_minutes,
    sum(part.part_kwh) filter (where member_meter.measures = 'consumption') as consumption_estimated_kwh,
    sum(part.part_kwh) filter (where member_meter.measures = 'production') as production_estimated_kwh,
    string_agg(distinct part.estimation_method, ', ' order by part.estimation_method) as estimation_method,
    max(part.known_at_utc) as known_at_utc
from part
inner join gold.member_meter as member_meter
    on
        part.meter_id = member_meter.meter_id
        and part.slot_utc >= member_meter.valid_from_utc
        and part.slot_utc < coalesce(member_meter.valid_to_utc, timestamp 'infinity')
group by member_meter.member_id, part.slot_utc, member_meter.zone
