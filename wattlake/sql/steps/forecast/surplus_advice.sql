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
        coalesce(production.mean_wh, 0) - consumption.mean_wh as expected_surplus_wh,
        sqrt(
            power(greatest(consumption.upper_80_wh - consumption.mean_wh, 0), 2)
            + power(greatest(coalesce(production.mean_wh - production.lower_80_wh, 0), 0), 2)
        ) as below_wh,
        sqrt(
            power(greatest(consumption.mean_wh - consumption.lower_80_wh, 0), 2)
            + power(greatest(coalesce(production.upper_80_wh - production.mean_wh, 0), 0), 2)
        ) as above_wh
    from consumption
    left join production
        on
            consumption.member_id = production.member_id
            and consumption.period_start_utc = production.period_start_utc
),

priced as (
    select
        surplus.*,
        expected_surplus_wh - cast(ceil(below_wh) as bigint) as lower_surplus_wh,
        expected_surplus_wh + cast(ceil(above_wh) as bigint) as upper_surplus_wh,
        grid.sell_micro_eur_per_kwh,
        grid.buy_micro_eur_per_kwh,
        (grid.sell_micro_eur_per_kwh + grid.buy_micro_eur_per_kwh) // 2 as mid_micro_eur_per_kwh,
        -- The chance of a surplus: a normal distribution, of which 80 % are in the band; its integral by a logistic
        -- function (Bowling and others, 2009, A logistic approximation to the cumulative normal distribution).
        1 / (1 + exp(-1.702 * 1.2816 * expected_surplus_wh / greatest(
            if(expected_surplus_wh > 0, below_wh, above_wh), 1
        ))) as chance_of_surplus
    from surplus
    left join expected_grid as grid on surplus.period_start_utc = grid.period_start_utc
)

select
    member_id,
    issued_at_utc,
    period_start_utc,
    period_minutes,
    expected_surplus_wh,
    lower_surplus_wh,
    upper_surplus_wh,
    sell_micro_eur_per_kwh,
    buy_micro_eur_per_kwh,
    cast(round(
        lower_surplus_wh * if(lower_surplus_wh > 0, sell_micro_eur_per_kwh, buy_micro_eur_per_kwh) * 0.001
    ) as bigint) as lower_revenue_micro_eur,
    cast(round(upper_surplus_wh * mid_micro_eur_per_kwh * 0.001) as bigint) as upper_revenue_micro_eur,
    if(lower_surplus_wh > 0, 'SELL', if(upper_surplus_wh < 0, 'BUY', 'HOLD')) as advice,
    cast(round(case advice
        when 'SELL' then chance_of_surplus
        when 'BUY' then 1 - chance_of_surplus
        else 2 * least(chance_of_surplus, 1 - chance_of_surplus)
    end, 4) as decimal(5, 4)) as confidence_ratio,
    row_number() over (
        partition by member_id
        order by
            if(expected_surplus_wh > 0, sell_micro_eur_per_kwh, buy_micro_eur_per_kwh) nulls last,
            expected_surplus_wh desc,
            period_start_utc asc
    ) as load_rank
from priced
