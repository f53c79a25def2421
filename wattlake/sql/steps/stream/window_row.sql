-- One row is one touched window of five minutes, as the events near it make it.
-- reads: quantity_sum, instant_sum, touched, member_meter = gold.member_meter
with made as (
    select
        meter_id,
        direction,
        make_timestamp_ms(slot * $window_ms) as period_start_utc,
        $window_ms // 60000 as period_minutes,
        of_units(coalesce(quantity_sum.units, 0)) as energy_kwh,
        coalesce(
            quantity_sum.units * 3600.0 / quantity_sum.covered_ms,
            instant_sum.milliwatts / 1000 / instant_sum.power_count
        ) as mean_power_w,
        greatest(quantity_sum.max_power_w, instant_sum.max_power_w) as max_power_w,
        least(quantity_sum.min_power_w, instant_sum.min_power_w) as min_power_w,
        coalesce(instant_sum.event_count, 0) as event_count,
        coalesce(quantity_sum.covered_ms, 0) // 1000 as covered_seconds,
        quality_of(greatest(quantity_sum.quality_rank, instant_sum.quality_rank)) as quality,
        if(quantity_sum.is_simulated or instant_sum.is_simulated, 'simulated', 'measured') as provenance,
        touched."_landing_id"
    from touched
    left join quantity_sum using (meter_id, direction, slot)
    left join instant_sum using (meter_id, direction, slot)
    where quantity_sum.meter_id is not null or instant_sum.meter_id is not null
)

select
    made.*,
    member_meter.member_id,
    member_meter.zone
from made
left join member_meter
    on
        made.meter_id = member_meter.meter_id
        and made.period_start_utc >= member_meter.valid_from_utc
        and made.period_start_utc < coalesce(member_meter.valid_to_utc, timestamp 'infinity')
-- A register that names a meter once means both of its directions.
qualify row_number() over (
    partition by made.meter_id, made.direction, made.period_start_utc
    order by member_meter.measures = made.direction desc nulls last, member_meter.member_id
) = 1
