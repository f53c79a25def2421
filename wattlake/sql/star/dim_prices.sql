-- One row is what energy costs the community in one hour; the row 0 stands for hours without any price.
with slot as (
    select
        hour_begun_utc(grid.period_start_utc, clock.local_start) as hour_utc,
        clock.local_date,
        clock.local_hour,
        grid.spot_eur_per_mwh,
        grid.buy_eur_per_kwh,
        grid.sell_eur_per_kwh,
        grid.price_category
    from gold.grid_slot as grid
    inner join warehouse.dim_time as clock on grid.period_start_utc = clock.period_start_utc
)

select
    key_of_time(hour_utc) as price_sk,
    local_date as date,
    local_hour as hour,
    six_decimals(sum(spot_eur_per_mwh) / count(spot_eur_per_mwh) / 1000) as spot_price,
    six_decimals(sum(buy_eur_per_kwh) / count(buy_eur_per_kwh)) as grid_buy_price,
    six_decimals(sum(sell_eur_per_kwh) / count(sell_eur_per_kwh)) as grid_sell_price,
    -- An hour of slots that differ is as any other.
    if(min(price_category) = max(price_category), min(price_category), 'normal') as price_category
from slot
group by hour_utc, local_date, local_hour
union all
select 0, null, null, null, null, null, null
