-- One row is one member's energy in one slot.
select
    dim_user.user_sk,
    flow.member_id as user_id,
    flow.zone,
    flow.period_start_utc,
    flow.period_minutes,
    -- Fourteen digits and three decimals fit 64 bits: as fast as integers.
    cast(flow.consumption_wh as decimal(14, 0)) * 0.001 as consumption_kwh,
    cast(flow.production_wh as decimal(14, 0)) * 0.001 as production_kwh,
    cast(flow.self_consumption_wh as decimal(14, 0)) * 0.001 as self_consumption_kwh,
    cast(flow.surplus_wh as decimal(14, 0)) * 0.001 as surplus_kwh,
    cast(flow.deficit_wh as decimal(14, 0)) * 0.001 as deficit_kwh,
    cast(flow.deficit_wh as decimal(14, 0)) * 0.001 as grid_import_kwh,
    cast(flow.surplus_wh as decimal(14, 0)) * 0.001 as grid_export_kwh,
    cast(flow.deficit_wh * grid.carbon_gco2_per_kwh / 1000000 as decimal(18, 6)) as co2_kg,
    cast(flow.consumption_estimated_wh as decimal(14, 0)) * 0.001 as consumption_estimated_kwh,
    cast(flow.production_estimated_wh as decimal(14, 0)) * 0.001 as production_estimated_kwh,
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
