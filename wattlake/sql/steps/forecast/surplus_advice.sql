-- One row is what one member is advised to do in one slot, from the forecasts of one issue and the prices expected.
-- reads: expected_grid = gold.grid_slot + gold.price_forecast, gold.forecast
with newest as (
    select * from gold.forecast where issued_at_utc = $issued_at_utc
    qualify row_number() over (partition by member_id, target, period_start_utc order by _made_at_utc desc) = 1
),

consumption as (
    select * from newest where target = 'consumption'
),

production as (
    select * from newest where target = 'production'
),

-- The errors of both are taken for independent, so their bands add up as squares do.
surplus as (
    select
        consumption.*,
        coalesce(production.mean_kwh, 0) - consumption.mean_kwh as expected_surplus_kwh,
        sqrt(
            power(units(greatest(consumption.upper_80_kwh - consumption.mean_kwh, 0)), 2)
            + power(units(greatest(coalesce(production.mean_kwh - production.lower_80_kwh, 0), 0)), 2)
        ) as below_units,
        sqrt(
            power(units(greatest(consumption.mean_kwh - consumption.lower_80_kwh, 0)), 2)
            + power(units(greatest(coalesce(production.upper_80_kwh - production.mean_kwh, 0), 0)), 2)
        ) as above_units
    from consumption
    left join production
        on
            consumption.member_id = production.member_id
            and consumption.period_start_utc = production.period_start_utc
),

priced as (
    select
        surplus.*,
        expected_surplus_kwh - of_units(ceil(below_units)) as lower_surplus_kwh,
        expected_surplus_kwh + of_units(ceil(above_units)) as upper_surplus_kwh,
        grid.sell_eur_per_kwh,
        grid.buy_eur_per_kwh,
        of_units(units(grid.sell_eur_per_kwh + grid.buy_eur_per_kwh) // 2) as mid_eur_per_kwh,
        -- The chance of a surplus: a normal distribution, of which 80 % are in the band; its integral by a logistic
        -- function (Bowling and others, 2009, A logistic approximation to the cumulative normal distribution).
        1 / (1 + exp(-1.702 * 1.2816 * units(expected_surplus_kwh) / greatest(
            if(expected_surplus_kwh > 0, below_units, above_units), 1000
        ))) as chance_of_surplus
    from surplus
    left join expected_grid as grid on surplus.period_start_utc = grid.period_start_utc
)

select
    member_id,
    issued_at_utc,
    period_start_utc,
    period_minutes,
    expected_surplus_kwh,
    lower_surplus_kwh,
    upper_surplus_kwh,
    sell_eur_per_kwh,
    buy_eur_per_kwh,
    cast(lower_surplus_kwh * if(lower_surplus_kwh > 0, sell_eur_per_kwh, buy_eur_per_kwh) as decimal(18, 6))
        as lower_revenue_eur,
    cast(upper_surplus_kwh * mid_eur_per_kwh as decimal(18, 6)) as upper_revenue_eur,
    if(lower_surplus_kwh > 0, 'SELL', if(upper_surplus_kwh < 0, 'BUY', 'HOLD')) as advice,
    cast(round(case advice
        when 'SELL' then chance_of_surplus
        when 'BUY' then 1 - chance_of_surplus
        else 2 * least(chance_of_surplus, 1 - chance_of_surplus)
    end, 4) as decimal(5, 4)) as confidence_ratio,
    row_number() over (
        partition by member_id
        order by
            if(expected_surplus_kwh > 0, sell_eur_per_kwh, buy_eur_per_kwh) nulls last,
            expected_surplus_kwh desc,
            period_start_utc asc
    ) as load_rank
from priced
