-- One row is one slot that has prices: what all members have left over and lack in it, and what may be traded at what price.
-- reads: grid = gold.grid_slot, position
with energy as (
    select
        period_start_utc,
        cast(sum(units(surplus_kwh)) as bigint) as supply_units,
        cast(sum(units(deficit_kwh)) as bigint) as demand_units
    from position
    group by period_start_utc
),

priced as (
    select
        energy.*,
        of_units(energy.supply_units) as supply_kwh,
        of_units(energy.demand_units) as demand_kwh,
        grid.buy_eur_per_kwh,
        grid.sell_eur_per_kwh,
        cast($community_fee_eur_per_kwh as decimal(18, 6)) as fee_eur_per_kwh,
        -- A tenth of a cent stays with the buyer, so that rounding to micro-euros makes nobody worse off.
        grid.buy_eur_per_kwh - fee_eur_per_kwh - 0.001 as ceiling_eur_per_kwh,
        of_units(units(grid.buy_eur_per_kwh + grid.sell_eur_per_kwh) // 2) as half_way_eur_per_kwh
    from energy
    inner join grid on energy.period_start_utc = grid.period_start_utc
    where grid.buy_eur_per_kwh is not null and grid.sell_eur_per_kwh is not null
)

select
    * exclude (half_way_eur_per_kwh),
    sell_eur_per_kwh as floor_eur_per_kwh,
    -- Where the grid pays as much as it charges there is nothing to gain from a neighbour.
    if(ceiling_eur_per_kwh >= sell_eur_per_kwh, least(supply_units, demand_units), 0) as tradable_units,
    greatest(least(half_way_eur_per_kwh, ceiling_eur_per_kwh), floor_eur_per_kwh) as middle_eur_per_kwh,
    greatest(
        least(coalesce(cast($shared_price_eur_per_kwh as decimal(18, 6)), middle_eur_per_kwh), ceiling_eur_per_kwh),
        floor_eur_per_kwh
    ) as shared_eur_per_kwh
from priced
