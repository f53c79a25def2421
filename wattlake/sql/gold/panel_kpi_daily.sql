-- One row is how one panel did on one UTC day on which its plant was read, silent panels included.
with plant_day as (
    select
        plant_id,
        date_trunc('day', period_start_utc) as day_utc,
        count(*) as intervals,
        max(period_minutes) as period_minutes,
        max(daylight_so_far) as daylight_intervals,
        sum(corrected_irradiation_kwh_per_m2) as corrected_irradiation_kwh_per_m2,
        sum(reference_kwh_per_kwp) as reference_kwh_per_kwp,
        max(provenance) as provenance
    from gold.plant_interval
    where period_start_utc >= $from_utc and period_start_utc < $to_utc
    group by all
),

seen as (
    select
        plant_id,
        panel_id,
        period_start_utc as seen_utc,
        max(last_output_utc) over (
            partition by plant_id, panel_id order by period_start_utc
        ) as last_output_utc
    from gold.panel_daily
    where period_start_utc >= $from_utc - interval 90 day and period_start_utc < $to_utc
),

known as (
    select distinct plant_id, panel_id from seen
    union
    select plant_id, panel_id from silver.panel
),

panel_day as (
    select
        plant_day.*,
        known.panel_id,
        -- A silent panel is remembered for ninety days, one of the register for ever.
        if(seen.last_output_utc >= plant_day.day_utc - interval 90 day, seen.last_output_utc, null) as last_output_utc,
        panel.panel_kwp is null as is_kwp_estimated,
        coalesce(
            panel.panel_kwp,
            case when size.period_start_utc >= plant_day.day_utc - interval 90 day then size.panel_kwp end
        ) as panel_kwp
    from plant_day
    inner join known on plant_day.plant_id = known.plant_id
    left join silver.panel as panel on known.plant_id = panel.plant_id and known.panel_id = panel.panel_id
    asof left join seen
        on plant_day.plant_id = seen.plant_id and known.panel_id = seen.panel_id and plant_day.day_utc >= seen.seen_utc
    asof left join gold.plant_size as size
        on plant_day.plant_id = size.plant_id and plant_day.day_utc >= size.period_start_utc
    where
        (panel.panel_id is not null or seen.seen_utc >= plant_day.day_utc - interval 90 day)
        and coalesce(panel.commissioned_utc, plant_day.day_utc) <= plant_day.day_utc
        and coalesce(panel.decommissioned_utc, timestamp 'infinity') > plant_day.day_utc
),

judged as (
    select
        day.*,
        coalesce(own.readings, 0) as readings,
        coalesce(own.energy_kwh, 0) as energy_kwh,
        own.* exclude (
            plant_id, panel_id, period_start_utc, readings, energy_kwh, last_output_utc, provenance,
            corrected_irradiation_kwh_per_m2, reference_kwh_per_kwp
        ),
        own.corrected_irradiation_kwh_per_m2 as own_corrected_kwh_per_m2,
        own.reference_kwh_per_kwp as own_reference_kwh_per_kwp,
        own.energy_kwh / day.panel_kwp as specific_yield,
        own.dc_energy_kwh / nullif(own.energy_kwh, 0) as dc_per_ac,
        median(own.energy_kwh / day.panel_kwp) over same_plant as fleet_median,
        count(own.first_output_minutes) over same_plant >= $fleet_least_peers as has_peers,
        if(has_peers, median(own.dc_energy_kwh / nullif(own.energy_kwh, 0)) over same_plant, null) as fleet_dc_per_ac,
        if(has_peers, median(own.first_output_minutes) over same_plant, null) as fleet_first_minutes,
        if(has_peers, median(own.last_output_minutes) over same_plant, null) as fleet_last_minutes
    from panel_day as day
    left join gold.panel_daily as own
        on
            day.plant_id = own.plant_id
            and day.panel_id = own.panel_id
            and day.day_utc = own.period_start_utc
            and own.period_start_utc >= $from_utc
            and own.period_start_utc < $to_utc
    window same_plant as (partition by day.plant_id, day.day_utc)
)

select
    plant_id,
    panel_id,
    day_utc as period_start_utc,
    panel_kwp,
    is_kwp_estimated,
    readings,
    intervals,
    period_minutes,
    daylight_intervals,
    energy_kwh,
    try_cast(specific_yield as decimal(12, 3)) as specific_yield_kwh_per_kwp,
    try_cast(fleet_median as decimal(12, 3)) as fleet_median_kwh_per_kwp,
    -- Of less than 0.01 kWh for each kWp, as at dawn, a ratio tells nothing.
    if(
        irradiation_kwh_per_m2 >= 0.01,
        try_cast(lit_energy_kwh / nullif(irradiation_kwh_per_m2 * panel_kwp, 0) as decimal(12, 4)), null
    ) as performance_ratio,
    if(
        own_corrected_kwh_per_m2 >= 0.01,
        try_cast(lit_energy_kwh / nullif(own_corrected_kwh_per_m2 * panel_kwp, 0) as decimal(12, 4)), null
    ) as corrected_performance_ratio,
    cast(
        (coalesce(daylight_readings, 0) - coalesce(failing_readings, 0)) / nullif(daylight_intervals, 0)
        as decimal(5, 4)
    ) as availability_ratio,
    cast(failing_readings / nullif(daylight_readings, 0) as decimal(5, 4)) as failure_ratio,
    cast(1 - coalesce(daylight_readings, 0) / nullif(daylight_intervals, 0) as decimal(5, 4)) as missing_ratio,
    try_cast(energy_kwh / measured_minutes * 60000 as decimal(14, 1)) as average_output_w,
    cast(corrected_irradiation_kwh_per_m2 * panel_kwp * $reference_performance_ratio as decimal(18, 6)) as expected_kwh,
    if(
        own_corrected_kwh_per_m2 >= 0.01,
        try_cast(
            lit_energy_kwh / nullif(own_corrected_kwh_per_m2 * panel_kwp * $reference_performance_ratio, 0)
            as decimal(12, 4)
        ),
        null
    ) as expected_ratio,
    cast(reference_kwh_per_kwp * panel_kwp as decimal(18, 6)) as peers_kwh,
    if(
        own_reference_kwh_per_kwp >= 0.01,
        try_cast(compared_energy_kwh / nullif(own_reference_kwh_per_kwp * panel_kwp, 0) as decimal(12, 4)), null
    ) as peers_ratio,
    try_cast(morning_energy_kwh / nullif(morning_reference_kwh_per_kwp * panel_kwp, 0) as decimal(12, 4))
        as morning_ratio,
    try_cast(
        (compared_energy_kwh - morning_energy_kwh)
        / nullif((own_reference_kwh_per_kwp - coalesce(morning_reference_kwh_per_kwp, 0)) * panel_kwp, 0)
        as decimal(12, 4)
    ) as afternoon_ratio,
    cast(round(first_output_minutes - fleet_first_minutes) as integer) as begins_late_minutes,
    cast(round(last_output_minutes - fleet_last_minutes) as integer) as ends_late_minutes,
    cast((daylight_intervals - coalesce(daylight_up_to_output, 0)) * period_minutes as integer) as silent_minutes,
    cast(coalesce(stuck_minutes, 0) as integer) as stuck_minutes,
    cast(coalesce(tripped_minutes, 0) as integer) as tripped_minutes,
    cast(tripped_kwh_per_kwp * panel_kwp as decimal(18, 6)) as tripped_kwh,
    cast(date_diff('day', last_output_utc, day_utc) as integer) as days_since_last_output,
    try_cast(dc_per_ac as decimal(12, 3)) as dc_per_ac_ratio,
    try_cast(dc_per_ac / nullif(fleet_dc_per_ac, 0) as decimal(12, 4)) as peers_dc_per_ac_ratio,
    try_cast(counter_kwh / nullif(energy_kwh, 0) as decimal(12, 4)) as counter_ratio,
    provenance
from judged
