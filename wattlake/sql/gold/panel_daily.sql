-- One row is one panel's UTC day, summed up from its readings and what its plant had in the same intervals.
with reading as (
    select
        reading.*,
        plant.irradiation_kwh_per_m2,
        plant.corrected_irradiation_kwh_per_m2,
        plant.reference_kwh_per_kwp,
        plant.is_daylight,
        plant.daylight_so_far,
        plant.solar_minutes,
        energy_of_power(greatest(reading.ac_power_w, 0), reading.period_minutes) as kwh,
        reading.ac_power_w > 0 as has_output,
        -- Without output by day, between two outputs of the day.
        plant.is_daylight
        and not has_output
        and reading.period_start_utc > min(if(has_output, reading.period_start_utc, null)) over same_day
        and reading.period_start_utc < max(if(has_output, reading.period_start_utc, null)) over same_day as is_tripped,
        -- Where all of a plant tripped, the light says what it would have given.
        coalesce(
            nullif(plant.reference_kwh_per_kwp, 0),
            plant.corrected_irradiation_kwh_per_m2 * $reference_performance_ratio
        ) as given_kwh_per_kwp,
        plant.is_daylight and plant.is_moving and has_output and reading.ac_power_w = lag(reading.ac_power_w) over (
            partition by reading.plant_id, reading.panel_id order by reading.period_start_utc
        ) as is_stuck
    from silver.inverter_reading as reading
    inner join gold.plant_interval as plant
        on
            reading.plant_id = plant.plant_id
            and reading.period_start_utc = plant.period_start_utc
            and plant.period_start_utc >= $from_utc
            and plant.period_start_utc < $to_utc
    where
        reading.period_start_utc >= $from_utc
        and reading.period_start_utc < $to_utc
        and reading.ac_power_w is not null
    window same_day as (
        partition by reading.plant_id, reading.panel_id, date_trunc('day', reading.period_start_utc)
    )
)

select
    plant_id,
    panel_id,
    date_trunc('day', period_start_utc) as period_start_utc,
    count(*) as readings,
    sum(period_minutes) as measured_minutes,
    sum(kwh) as energy_kwh,
    sum(energy_of_power(if(dc_power_w < 0, 0, dc_power_w), period_minutes)) as dc_energy_kwh,
    max(total_yield_kwh) - min(total_yield_kwh) as counter_kwh,
    count(*) filter (where is_daylight) as daylight_readings,
    count(*) filter (where is_daylight and not has_output) as failing_readings,
    coalesce(max(daylight_so_far) filter (where has_output), 0) as daylight_up_to_output,
    max(period_start_utc) filter (where has_output) as last_output_utc,
    coalesce(sum(kwh) filter (where irradiation_kwh_per_m2 is not null), 0) as lit_energy_kwh,
    sum(irradiation_kwh_per_m2) as irradiation_kwh_per_m2,
    sum(corrected_irradiation_kwh_per_m2) as corrected_irradiation_kwh_per_m2,
    coalesce(sum(kwh) filter (where reference_kwh_per_kwp is not null), 0) as compared_energy_kwh,
    sum(reference_kwh_per_kwp) as reference_kwh_per_kwp,
    coalesce(sum(kwh) filter (where reference_kwh_per_kwp is not null and solar_minutes < 0), 0)
        as morning_energy_kwh,
    sum(reference_kwh_per_kwp) filter (where solar_minutes < 0) as morning_reference_kwh_per_kwp,
    min(solar_minutes) filter (where has_output) as first_output_minutes,
    max(solar_minutes) filter (where has_output) as last_output_minutes,
    coalesce(sum(period_minutes) filter (where is_stuck), 0) as stuck_minutes,
    coalesce(sum(period_minutes) filter (where is_tripped), 0) as tripped_minutes,
    -- A moment without output is no trip.
    if(tripped_minutes >= $fleet_tripped_minutes, coalesce(sum(given_kwh_per_kwp) filter (where is_tripped), 0), 0)
        as tripped_kwh_per_kwp,
    max(provenance) as provenance
from reading
group by plant_id, panel_id, date_trunc('day', period_start_utc)
