-- One row is how one panel did on one UTC day on which its plant was read.
select
    kpi.plant_id,
    kpi.panel_id,
    kpi.period_start_utc,
    kpi.panel_kwp,
    kpi.is_kwp_estimated,
    kpi.energy_kwh,
    kpi.specific_yield_kwh_per_kwp,
    kpi.fleet_median_kwh_per_kwp,
    kpi.performance_ratio,
    kpi.corrected_performance_ratio,
    kpi.availability_ratio,
    kpi.failure_ratio,
    kpi.missing_ratio,
    kpi.average_output_w,
    kpi.expected_kwh,
    kpi.expected_ratio,
    kpi.peers_kwh,
    kpi.peers_ratio,
    kpi.days_since_last_output,
    kpi.dc_per_ac_ratio,
    kpi.counter_ratio,
    fault.kind,
    kpi.provenance
from gold.panel_kpi_daily as kpi
left join gold.panel_case as fault
    on
        kpi.plant_id = fault.plant_id
        and kpi.panel_id = fault.panel_id
        and kpi.period_start_utc = fault.period_start_utc
