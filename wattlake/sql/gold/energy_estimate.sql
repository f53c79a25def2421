-- One row is what is estimated of one member's energy in one slot: filled where no reading is, or no measured one.
with estimated as (
    select meter_id, period_start_utc, period_minutes, energy_kwh, estimation_method, known_at_utc
    from gold.gap_fill
    where period_start_utc >= $from_utc and period_start_utc < $to_utc
    union all
    select
        meter_id,
        period_start_utc,
        period_minutes,
        energy_kwh,
        if(quality in ('estimated', 'substituted'), concat(quality, ' by the source'), 'spread between totals'),
        known_at_utc
    from silver.meter_reading
    where period_start_utc >= $from_utc and period_start_utc < $to_utc and provenance = 'estimated'
),

part as (
    -- An interval that reaches into several slots (of its hour) is cut at their borders, in milliwatt-hours that add up.
    select
        estimated.*,
        date_trunc('hour', estimated.period_start_utc) + to_minutes(slot.begins) as slot_utc,
        slot.begins + $slot_minutes as ends,
        minutes_between(estimated.period_start_utc, estimated.period_minutes, slot.begins, ends) as minutes,
        amount_between(estimated.energy_kwh, estimated.period_start_utc, estimated.period_minutes, slot.begins, ends)
            as part_kwh
    from estimated
    inner join range(0, 60, $slot_minutes) as slot (begins)
        on
            minutes_between(
                estimated.period_start_utc, estimated.period_minutes, slot.begins, slot.begins + $slot_minutes
            ) > 0
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
