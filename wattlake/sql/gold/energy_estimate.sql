-- One row is what is estimated of one member's energy in one slot: of the minutes that no reading covers.
with part as (
    -- An interval longer than a slot is split evenly, in whole milliwatt-hours that add up to it.
    select
        gap_fill.*,
        least(gap_fill.period_minutes, $slot_minutes) as minutes,
        greatest(gap_fill.period_minutes // $slot_minutes, 1) as parts,
        unnest(range(parts)) as part,
        time_bucket(to_minutes($slot_minutes), gap_fill.period_start_utc) + to_minutes(part * $slot_minutes)
            as slot_utc,
        even_part(gap_fill.energy_kwh, part, parts) as part_kwh
    from gold.gap_fill as gap_fill
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
