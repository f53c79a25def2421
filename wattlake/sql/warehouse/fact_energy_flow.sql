-- One row is one member's energy in one slot.
select
    dim_user.user_sk,
    flow.member_id as user_id,
    flow.zone,
    flow.period_start_utc,
    flow.period_minutes,
    flow.consumption_kwh,
    flow.production_kwh,
    flow.self_consumption_kwh,
    flow.surplus_kwh,
    flow.deficit_kwh,
    flow.deficit_kwh as meter_import_kwh,
    flow.surplus_kwh as meter_export_kwh,
    cast(co2_kg(flow.deficit_kwh, grid.carbon_gco2_per_kwh) as decimal(18, 10)) as co2_kg,
    flow.consumption_estimated_kwh,
    flow.production_estimated_kwh,
    flow.estimation_method,
    flow.consumption_minutes,
    flow.consumption_estimated_minutes,
    flow.consumption_provenance,
    flow.production_provenance,
    anomaly.anomaly_reason is not null as is_anomaly,
    anomaly.anomaly_reason
from gold.energy_flow as flow
left join warehouse.dim_user as dim_user
    on
        flow.member_id = dim_user.user_id
        and flow.period_start_utc >= dim_user.valid_from_utc
        and flow.period_start_utc < coalesce(dim_user.valid_to_utc, timestamp 'infinity')
left join gold.anomaly as anomaly
    on flow.member_id = anomaly.member_id and flow.period_start_utc = anomaly.period_start_utc
left join gold.grid_slot as grid on flow.period_start_utc = grid.period_start_utc
