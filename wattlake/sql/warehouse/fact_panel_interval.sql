-- One row is what one panel gave in one interval, beside what its peers and the light let expect of its size.
select
    reading.plant_id,
    reading.panel_id,
    reading.period_start_utc,
    reading.period_minutes,
    cast(reading.ac_power_w / 1000 as decimal(18, 6)) as ac_power_kw,
    cast(reading.dc_power_w / 1000 as decimal(18, 6)) as dc_power_kw,
    cast(plant.median_w_per_kwp * kpi.panel_kwp / 1000 as decimal(18, 6)) as peers_kw,
    cast(
        plant.corrected_irradiation_kwh_per_m2 * 60 / plant.period_minutes * kpi.panel_kwp
        * $reference_performance_ratio as decimal(18, 6)
    ) as expected_kw,
    plant.irradiance_w_per_m2,
    plant.module_temperature_celsius,
    plant.is_daylight,
    reading.provenance
from silver.inverter_reading as reading
inner join gold.plant_interval as plant
    on reading.plant_id = plant.plant_id and reading.period_start_utc = plant.period_start_utc
left join gold.panel_kpi_daily as kpi
    on
        reading.plant_id = kpi.plant_id
        and reading.panel_id = kpi.panel_id
        and date_trunc('day', reading.period_start_utc) = kpi.period_start_utc
where reading.ac_power_w is not null
