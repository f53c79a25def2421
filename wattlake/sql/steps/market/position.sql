-- One row is one member's energy in one slot as the market takes it: read where it was read, else estimated.
-- reads: gold.energy_flow, gold.member_version
with member as (
    select
        *,
        cast(member_id as member_name) as member_name
    from gold.member_version
),

known as (
    select
        flow.period_start_utc,
        member.member_name as member_id,
        flow.zone,
        member.sharing_weight,
        case
            when coalesce(flow.consumption_kwh, flow.consumption_estimated_kwh) is not null
                then coalesce(flow.consumption_kwh, 0) + coalesce(flow.consumption_estimated_kwh, 0)
            -- Who has no meter of consumption, such as a solar park, consumes nothing.
            when member.meter_id is null then 0
        end as consumption_kwh,
        case
            when coalesce(flow.production_kwh, flow.production_estimated_kwh) is not null
                then coalesce(flow.production_kwh, 0) + coalesce(flow.production_estimated_kwh, 0)
            when member.production_meter_id is null and member.panel_kwp = 0 then 0
        end as production_kwh,
        flow.estimation_method is not null
        or (member.meter_id is not null and flow.consumption_minutes < flow.period_minutes) as is_provisional,
        case
            when flow.estimation_method is not null then 'estimated'
            when 'simulated' in (flow.consumption_provenance, flow.production_provenance) then 'simulated'
            else coalesce(flow.consumption_provenance, flow.production_provenance)
        end as provenance
    from gold.energy_flow as flow
    inner join member
        on
            flow.member_id = member.member_id
            and flow.period_start_utc >= member.valid_from_utc
            and flow.period_start_utc < coalesce(member.valid_to_utc, timestamp 'infinity')
    where flow.period_start_utc >= $from_utc and flow.period_start_utc < $to_utc
)

select
    period_start_utc,
    member_id,
    zone,
    sharing_weight,
    consumption_kwh,
    production_kwh,
    least(consumption_kwh, production_kwh) as self_consumption_kwh,
    greatest(production_kwh - consumption_kwh, 0) as surplus_kwh,
    greatest(consumption_kwh - production_kwh, 0) as deficit_kwh,
    is_provisional,
    provenance
from known
where consumption_kwh is not null and production_kwh is not null
order by period_start_utc, member_id
