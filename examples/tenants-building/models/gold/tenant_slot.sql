-- One row is one flat's slot with the part of it that the building's roof gave.
with flow as (
    select
        member_id,
        zone,
        period_start_utc,
        consumption_kwh,
        production_kwh
    from gold.energy_flow
    where period_start_utc >= $from_utc and period_start_utc < $to_utc
),

-- A zone is a building: what its roof gives, its flats share by what each of them consumes at the time.
building as (
    select
        zone,
        period_start_utc,
        units(coalesce(sum(production_kwh), 0)) as produced,
        units(coalesce(sum(consumption_kwh), 0)) as consumed
    from flow
    group by zone, period_start_utc
),

-- In whole milliwatt-hours, rounded down: together the flats never have more of the roof than it gave.
flat as (
    select
        flow.member_id,
        flow.period_start_utc,
        flow.consumption_kwh,
        of_units(case
            when building.consumed = 0 then 0
            else
                units(flow.consumption_kwh)::hugeint * least(building.produced, building.consumed)
                // building.consumed
        end) as solar_kwh
    from flow
    inner join building using (zone, period_start_utc)
    where flow.consumption_kwh is not null
)

select
    member_id,
    period_start_utc,
    consumption_kwh,
    solar_kwh,
    consumption_kwh - solar_kwh as grid_kwh
from flat
