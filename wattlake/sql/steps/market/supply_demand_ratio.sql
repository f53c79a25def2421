-- One row is one member's claim in one slot, at a price that falls from the grid's to the feed-in as supply meets demand.
-- reads: pro_rata, slot
-- With ratio r of supply to demand below 1 it is sell · buy / ((buy − sell) · r + sell), from 1 on the feed-in price.
-- Source: Liu, Yu, Wang, Li, Ma and Lei, "Energy-sharing model with price-based demand response for microgrids of
-- peer-to-peer prosumers", IEEE Transactions on Power Systems 32(5), 2017. Nobody is worse off than with the grid alone.
with price as (
    select
        period_start_utc,
        ceiling_eur_per_kwh,
        floor_eur_per_kwh,
        -- Where the grid pays nothing, the formula gives nothing as soon as there is any supply.
        case
            when supply_units >= demand_units or sell_eur_per_kwh <= 0 then sell_eur_per_kwh
            else of_units(
                cast(units(sell_eur_per_kwh) as hugeint) * units(buy_eur_per_kwh) * demand_units
                // (
                    cast(units(buy_eur_per_kwh - sell_eur_per_kwh) as hugeint) * supply_units
                    + cast(units(sell_eur_per_kwh) as hugeint) * demand_units
                )
            )
        end as formula_eur_per_kwh
    from slot
)

select
    pro_rata.*,
    greatest(least(price.formula_eur_per_kwh, price.ceiling_eur_per_kwh), price.floor_eur_per_kwh)
        as price_eur_per_kwh
from pro_rata
inner join price on pro_rata.period_start_utc = price.period_start_utc
