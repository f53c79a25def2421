-- One row is one interval of one plant: the light on its modules, and what a panel in order gives of each kWp.
with reading as (
    select
        reading.*,
        reading.ac_power_w / coalesce(panel.panel_kwp, size.panel_kwp) as w_per_kwp
    from silver.inverter_reading as reading
    left join silver.panel as panel on reading.plant_id = panel.plant_id and reading.panel_id = panel.panel_id
    left join gold.plant_size as size
        on
            reading.plant_id = size.plant_id
            and date_trunc('day', reading.period_start_utc) = size.period_start_utc
            and size.period_start_utc >= $from_utc
            and size.period_start_utc < $to_utc
    where reading.period_start_utc >= $from_utc and reading.period_start_utc < $to_utc
),

interval_of_plant as (
    select
        plant_id,
        period_start_utc,
        date_trunc('day', period_start_utc) as day_utc,
        max(period_minutes) as period_minutes,
        count(ac_power_w) as panels,
        -- Not by `greatest`, which takes no sensor for no light.
        cast(if(avg(irradiance_w_per_m2) < 0, 0, avg(irradiance_w_per_m2)) as decimal(6, 1)) as irradiance,
        cast(avg(module_temperature_celsius) as decimal(5, 2)) as celsius,
        cast(if(median(w_per_kwp) < 0, 0, median(w_per_kwp)) as decimal(14, 3)) as median_w,
        cast(
            irradiance * (1 + $panel_power_per_celsius * (coalesce(celsius, 25) - 25)) as decimal(7, 1)
        ) as corrected,
        max(provenance) as provenance
    from reading
    group by plant_id, period_start_utc
),

referred as (
    select
        *,
        -- A panel is judged by its peers, or where these are few by the light.
        cast(
            case when panels >= $fleet_least_peers then median_w else corrected * $reference_performance_ratio end
            as decimal(14, 3)
        ) as reference_w,
        -- Without a sensor it is day where the panel in the middle gives a tenth of its day's best.
        coalesce(
            irradiance >= $fleet_daylight_w_per_m2,
            median_w > 0 and median_w * 10 >= max(median_w) over (partition by plant_id, day_utc),
            false
        ) as is_daylight,
        date_diff('minute', day_utc, period_start_utc) + period_minutes // 2 as middle,
        -- Whole numbers, because a parallel sum of others differs from run to run.
        cast(round(coalesce(irradiance, median_w, 0)) as bigint) as weight,
        cast(round(1000 * sin(middle * pi() / 720)) as bigint) as east,
        cast(round(1000 * cos(middle * pi() / 720)) as bigint) as north
    from interval_of_plant
),

noon as (
    select
        plant_id,
        day_utc,
        cast(round(atan2(sum(weight * east), sum(weight * north)) * 720 / pi()) as bigint) as minute_of_noon
    from referred
    group by plant_id, day_utc
)

select
    referred.plant_id,
    referred.period_start_utc,
    referred.period_minutes,
    referred.panels,
    referred.irradiance as irradiance_w_per_m2,
    referred.celsius as module_temperature_celsius,
    referred.median_w as median_w_per_kwp,
    cast(referred.irradiance * referred.period_minutes / 60000 as decimal(9, 6)) as irradiation_kwh_per_m2,
    cast(referred.corrected * referred.period_minutes / 60000 as decimal(9, 6)) as corrected_irradiation_kwh_per_m2,
    cast(referred.reference_w * referred.period_minutes / 60000 as decimal(14, 6)) as reference_kwh_per_kwp,
    referred.is_daylight,
    count(*) filter (where referred.is_daylight) over so_far as daylight_so_far,
    (referred.middle - noon.minute_of_noon + 2160) % 1440 - 720 as solar_minutes,
    -- Whether what a panel in order gives has moved since the interval before.
    coalesce(
        abs(referred.reference_w - lag(referred.reference_w) over so_far) * 20 > referred.reference_w, false
    ) as is_moving,
    referred.provenance
from referred
inner join noon on referred.plant_id = noon.plant_id and referred.day_utc = noon.day_utc
window so_far as (partition by referred.plant_id, referred.day_utc order by referred.period_start_utc)
