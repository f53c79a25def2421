-- How did supply, demand and the neighbours' price move against the grid's prices, on each of the last 30 whole settled days?
-- All prices are means over the energy traded. The grid's are those of the settings of today.
with span as (
    select
        greatest(end_date - 30, first_date) as first_date,
        end_date
    from warehouse.settled_extent
),

side as (
    select
        kpi.local_date,
        sum(kpi.sold_kwh + kpi.grid_export_kwh) as supply_kwh,
        sum(kpi.bought_kwh + kpi.grid_import_kwh) as demand_kwh
    from warehouse.kpi_member as kpi
    inner join span on kpi.local_date >= span.first_date and kpi.local_date < span.end_date
    where kpi.period = 'day'
    group by kpi.local_date
),

-- What is taken back is negated, so that all rows of a slot add up to what counts.
traded as (
    select
        dim_time.local_date,
        sum(trade.energy_kwh) as energy_kwh,
        sum(trade.transaction_amount_eur) as amount_eur,
        sum(trade.energy_kwh * price.grid_buy_price_eur_per_kwh) as at_grid_buy_price_eur,
        sum(trade.energy_kwh * price.grid_sell_price_eur_per_kwh) as at_grid_sell_price_eur
    from warehouse.fact_energy_transaction as trade
    inner join warehouse.dim_time as dim_time on trade.period_start_utc = dim_time.period_start_utc
    inner join warehouse.dim_price as price
        on trade.period_start_utc = price.period_start_utc and price.grid_buy_price_eur_per_kwh is not null
    inner join span on dim_time.local_date >= span.first_date and dim_time.local_date < span.end_date
    group by dim_time.local_date
)

select
    side.local_date,
    cast(side.supply_kwh as decimal(18, 3)) as supply_kwh,
    cast(side.demand_kwh as decimal(18, 3)) as demand_kwh,
    cast(coalesce(traded.energy_kwh, 0) as decimal(18, 3)) as traded_kwh,
    cast(traded.amount_eur / nullif(traded.energy_kwh, 0) as decimal(18, 6)) as price_eur_per_kwh,
    cast(traded.at_grid_buy_price_eur / nullif(traded.energy_kwh, 0) as decimal(18, 6)) as grid_buy_price_eur_per_kwh,
    cast(traded.at_grid_sell_price_eur / nullif(traded.energy_kwh, 0) as decimal(18, 6)) as grid_sell_price_eur_per_kwh
from side
left join traded on side.local_date = traded.local_date
order by side.local_date
