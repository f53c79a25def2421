-- One row is one slot that has prices: what all members have left over and lack in it, and what may be traded at what price.
-- reads: grid = gold.grid_slot, position
with energy as (
    select
        period_start_utc,
        cast(sum(surplus_wh) as bigint) as supply_wh,
        cast(sum(deficit_wh) as bigint) as demand_wh
    from position
    group by period_start_utc
),

priced as (
    select
        energy.*,
        grid.buy_micro_eur_per_kwh,
        grid.sell_micro_eur_per_kwh,
        cast(round($community_fee_eur_per_kwh * 1000000) as bigint) as fee_micro_eur_per_kwh,
        -- A tenth of a cent stays with the buyer, so that rounding to micro-euros makes nobody worse off.
        grid.buy_micro_eur_per_kwh - fee_micro_eur_per_kwh - 1000 as ceiling_micro_eur_per_kwh
    from energy
    inner join grid on energy.period_start_utc = grid.period_start_utc
    where grid.buy_micro_eur_per_kwh is not null and grid.sell_micro_eur_per_kwh is not null
)

select
    *,
    sell_micro_eur_per_kwh as floor_micro_eur_per_kwh,
    -- Where the grid pays as much as it charges there is nothing to gain from a neighbour.
    if(ceiling_micro_eur_per_kwh >= sell_micro_eur_per_kwh, least(supply_wh, demand_wh), 0) as tradable_wh,
    greatest(
        least((buy_micro_eur_per_kwh + sell_micro_eur_per_kwh) // 2, ceiling_micro_eur_per_kwh),
        floor_micro_eur_per_kwh
    ) as middle_micro_eur_per_kwh,
    greatest(
        least(
            coalesce(cast(round($shared_price_eur_per_kwh * 1000000) as bigint), middle_micro_eur_per_kwh),
            ceiling_micro_eur_per_kwh
        ),
        floor_micro_eur_per_kwh
    ) as shared_micro_eur_per_kwh
from priced
