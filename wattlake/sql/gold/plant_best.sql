-- One row is the best that the panels of one plant which the register does not know gave on one UTC day.
with light as (
    select
        plant_id,
        period_start_utc,
        avg(irradiance_w_per_m2) as irradiance_w_per_m2,
        avg(module_temperature_celsius) as module_celsius
    from silver.inverter_reading
    where period_start_utc >= $from_utc and period_start_utc < $to_utc and irradiance_w_per_m2 is not null
    group by all
),

panel_day as (
    select
        reading.plant_id,
        reading.panel_id,
        date_trunc('day', reading.period_start_utc) as day_utc,
        max(reading.ac_power_w) as best_w,
        -- What it would give at 1,000 W/m² and 25 °C; dim light and passing clouds say little of that.
        median(
            reading.ac_power_w * 1000 / light.irradiance_w_per_m2
            / (1 + $panel_power_per_celsius * (coalesce(light.module_celsius, 25) - 25))
        ) filter (where light.irradiance_w_per_m2 >= 500 and reading.ac_power_w > 0) as standard_w
    from silver.inverter_reading as reading
    left join light on reading.plant_id = light.plant_id and reading.period_start_utc = light.period_start_utc
    anti join silver.panel as panel on reading.plant_id = panel.plant_id and reading.panel_id = panel.panel_id
    where
        reading.period_start_utc >= $from_utc
        and reading.period_start_utc < $to_utc
        and reading.ac_power_w is not null
    group by all
)

select
    plant_id,
    day_utc as period_start_utc,
    count(*) as panels,
    cast(round(median(greatest(best_w, 0))) as bigint) as best_w,
    cast(round(median(standard_w)) as bigint) as standard_w
from panel_day
group by plant_id, day_utc
