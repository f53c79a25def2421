-- One row is one member's energy in one slot: what was consumed, produced, used at once, left over and lacking.
with part as (
    -- A reading longer than a slot is split evenly, in whole watt-hours that add up to it.
    select
        meter_id,
        time_bucket(to_minutes($slot_minutes), period_start_utc) as first_slot_utc,
        greatest(period_minutes // $slot_minutes, 1) as parts,
        unnest(range(greatest(period_minutes // $slot_minutes, 1))) as part,
        least(period_minutes, $slot_minutes) as minutes,
        energy_wh,
        provenance,
        known_at_utc
    from silver.meter_reading
    where period_start_utc >= $from_utc and period_start_utc < $to_utc
),

metered as (
    select
        meter_id,
        first_slot_utc + to_minutes(part * $slot_minutes) as period_start_utc,
        sum(energy_wh * (part + 1) // parts - energy_wh * part // parts) as energy_wh,
        sum(minutes) as minutes,
        max(provenance) as provenance,
        max(known_at_utc) as known_at_utc
    from part
    group by all
),

meter_of as (
    select *, meter_id as of_meter_id, 'consumption' as kind from gold.member_version where meter_id is not null
    union all
    select *, production_meter_id, 'production' from gold.member_version where production_meter_id is not null
),

member_slot as (
    select
        meter_of.member_id,
        metered.period_start_utc,
        meter_of.zone,
        meter_of.panel_kwp,
        meter_of.tilt_degrees,
        meter_of.azimuth_degrees,
        meter_of.production_meter_id is not null as has_production_meter,
        sum(metered.energy_wh) filter (where meter_of.kind = 'consumption') as consumption_wh,
        sum(metered.minutes) filter (where meter_of.kind = 'consumption') as consumption_minutes,
        max(metered.provenance) filter (where meter_of.kind = 'consumption') as consumption_provenance,
        sum(metered.energy_wh) filter (where meter_of.kind = 'production') as produced_wh,
        max(metered.provenance) filter (where meter_of.kind = 'production') as produced_provenance,
        max(metered.known_at_utc) as known_at_utc
    from metered
    inner join meter_of
        on
            metered.meter_id = meter_of.of_meter_id
            and metered.period_start_utc >= meter_of.valid_from_utc
            and metered.period_start_utc < coalesce(meter_of.valid_to_utc, timestamp 'infinity')
    group by all
),

flow as (
    select
        member_slot.*,
        case
            when has_production_meter then produced_wh
            when panel_kwp > 0
                then cast(round(output.output_w_per_kwp * panel_kwp * $slot_minutes / 60) as bigint)
            else 0
        end as production_wh,
        case
            when has_production_meter then produced_provenance
            when output.output_w_per_kwp is not null then 'simulated'
        end as production_provenance,
        greatest(member_slot.known_at_utc, output.known_at_utc) as all_known_at_utc
    from member_slot
    left join gold.pv_output_hourly as output
        on
            not has_production_meter
            and panel_kwp > 0
            and member_slot.zone = output.zone
            and member_slot.tilt_degrees = output.tilt_degrees
            and member_slot.azimuth_degrees = output.azimuth_degrees
            and date_trunc('hour', member_slot.period_start_utc) = output.period_start_utc
            and output.period_start_utc >= $from_utc
            and output.period_start_utc < $to_utc
),

used_at_once as (
    select
        *,
        case when production_wh < consumption_wh then production_wh else consumption_wh end as smaller_wh
    from flow
)

select
    member_id,
    period_start_utc,
    $slot_minutes as period_minutes,
    zone,
    coalesce(consumption_minutes, 0) as consumption_minutes,
    consumption_wh,
    production_wh,
    case when production_wh is not null then smaller_wh end as self_consumption_wh,
    production_wh - smaller_wh as surplus_wh,
    case when production_wh is not null then consumption_wh - smaller_wh end as deficit_wh,
    consumption_provenance,
    production_provenance,
    all_known_at_utc as known_at_utc
from used_at_once
