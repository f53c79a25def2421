-- One row is one home's UTC day with what its heat pump drew of it: its meter is the home's with `-HP` behind.
with meter as (
    select
        meter_id,
        period_start_utc,
        energy_kwh
    from gold.meter_daily
    where period_start_utc >= $from_utc and period_start_utc < $to_utc
),

heat_pump as (
    select
        regexp_replace(meter_id, '-HP$', '') as meter_id,
        period_start_utc,
        energy_kwh
    from meter
    where ends_with(meter_id, '-HP')
)

select
    meter_id,
    period_start_utc,
    meter.energy_kwh as home_kwh,
    heat_pump.energy_kwh as heat_pump_kwh,
    part_of(heat_pump.energy_kwh, meter.energy_kwh) as heat_pump_ratio
from meter
inner join heat_pump using (meter_id, period_start_utc)
