-- One row is one member's energy in one slot.
select
    dim_user.user_sk,
    flow.member_id as user_id,
    flow.zone,
    flow.period_start_utc,
    flow.period_minutes,
    cast(flow.consumption_wh * 0.001 as decimal(18, 3)) as consumption_kwh,
    cast(flow.production_wh * 0.001 as decimal(18, 3)) as production_kwh,
    cast(flow.self_consumption_wh * 0.001 as decimal(18, 3)) as self_consumption_kwh,
    cast(flow.surplus_wh * 0.001 as decimal(18, 3)) as surplus_kwh,
    cast(flow.deficit_wh * 0.001 as decimal(18, 3)) as deficit_kwh,
    flow.consumption_minutes,
    flow.consumption_provenance,
    flow.production_provenance
from gold.energy_flow as flow
left join warehouse.dim_user as dim_user
    on
        flow.member_id = dim_user.user_id
        and flow.period_start_utc >= dim_user.valid_from_utc
        and flow.period_start_utc < coalesce(dim_user.valid_to_utc, timestamp 'infinity')
