-- One row is one member's energy in one slot: what was consumed, produced, used at once, left over and lacking.
with part as (
    select
        meter_id,
        time_bucket(to_minutes($slot_minutes), period_start_utc) as slot_utc,
        energy_kwh,
        period_minutes as minutes,
        provenance,
        known_at_utc
    from silver.meter_reading
    where period_start_utc >= $from_utc and period_start_utc < $to_utc and $slot_minutes % period_minutes = 0
    union all
    -- A reading that reaches into several slots (of its hour) is cut at their borders, in milliwatt-hours that add up.
    select
        meter_id,
        date_trunc('hour', period_start_utc) + to_minutes(slot.begins),
        amount_between(energy_kwh, period_start_utc, period_minutes, slot.begins, slot.begins + $slot_minutes),
        minutes_between(period_start_utc, period_minutes, slot.begins, slot.begins + $slot_minutes),
        provenance,
        known_at_utc
    from silver.meter_reading
    inner join range(0, 60, $slot_minutes) as slot (begins)
        on minutes_between(period_start_utc, period_minutes, slot.begins, slot.begins + $slot_minutes) > 0
    where period_start_utc >= $from_utc and period_start_utc < $to_utc and $slot_minutes % period_minutes <> 0
),

metered as (
    select
        owned.member_id, owned.valid_from_utc, part.slot_utc,
        coalesce(sum(part.minutes) filter (where owned.measures = 'consumption'), 0) as consumption_minutes,
        sum(part.energy_kwh) filter (where owned.measures = 'consumption') as consumption_kwh,
        max(part.provenance) filter (where owned.measures = 'consumption') as consumption_provenance,
        sum(part.energy_kwh) filter (where owned.measures = 'production') as produced_kwh,
        max(part.provenance) filter (where owned.measures = 'production') as produced_provenance,
        max(part.known_at_utc) as known_at_utc
    from part
    inner join gold.member_meter as owned
        on
            part.meter_id = owned.meter_id
            -- What its source estimated is with all other estimates.
            and part.provenance <> 'estimated'
            and part.slot_utc >= owned.valid_from_utc
            and part.slot_utc < coalesce(owned.valid_to_utc, timestamp 'infinity')
    group by owned.member_id, owned.valid_from_utc, part.slot_utc
),

estimate as (
    select * from gold.energy_estimate where period_start_utc >= $from_utc and period_start_utc < $to_utc
),

covered as (
    -- What no reading covers may be estimated: the slot is there all the same, and panels without a meter produce in it.
    select
        coalesce(metered.member_id, estimate.member_id) as member_id,
        coalesce(metered.slot_utc, estimate.period_start_utc) as slot_utc,
        metered.* exclude (member_id, slot_utc, known_at_utc),
        estimate.* exclude (member_id, period_start_utc, zone, known_at_utc),
        greatest(metered.known_at_utc, estimate.known_at_utc) as known_at_utc
    from metered
    full join estimate on metered.member_id = estimate.member_id and metered.slot_utc = estimate.period_start_utc
),

flow as (
    select
        covered.* exclude (known_at_utc),
        member.zone,
        case
            when member.production_meter_id is not null then covered.produced_kwh
            when member.panel_kwp > 0
                then cast(output.output_w_per_kwp * member.panel_kwp * $slot_minutes / 60000 as decimal(18, 6))
            when covered.consumption_kwh is not null then 0
        end as production_kwh,
        least(production_kwh, covered.consumption_kwh) as smaller_kwh,
        if(output.output_w_per_kwp is null, covered.produced_provenance, 'simulated') as production_provenance,
        greatest(covered.known_at_utc, output.known_at_utc) as known_at_utc
    from covered
    inner join gold.member_version as member
        on
            covered.member_id = member.member_id
            and covered.slot_utc >= member.valid_from_utc
            and covered.slot_utc < coalesce(member.valid_to_utc, timestamp 'infinity')
    left join gold.pv_output_hourly as output
        on
            if(member.production_meter_id is null and member.panel_kwp > 0, member.zone, null) = output.zone
            and member.tilt_degrees = output.tilt_degrees
            and member.azimuth_degrees = output.azimuth_degrees
            and date_trunc('hour', covered.slot_utc) = output.period_start_utc
            and output.period_start_utc >= $from_utc and output.period_start_utc < $to_utc
)

select
    member_id,
    slot_utc as period_start_utc,
    $slot_minutes as period_minutes,
    zone,
    coalesce(consumption_minutes, 0) as consumption_minutes,
    consumption_kwh,
    production_kwh,
    if(production_kwh is null or consumption_kwh is null, null, smaller_kwh) as self_consumption_kwh,
    if(consumption_kwh is null, null, production_kwh - smaller_kwh) as surplus_kwh,
    if(production_kwh is null, null, consumption_kwh - smaller_kwh) as deficit_kwh,
    coalesce(consumption_estimated_minutes, 0) as consumption_estimated_minutes,
    consumption_estimated_kwh,
    production_estimated_kwh,
    estimation_method,
    consumption_provenance,
    production_provenance,
    known_at_utc
from flow
