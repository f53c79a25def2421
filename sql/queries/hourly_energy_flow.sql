-- Where does the energy of a mean day come from and go to, hour by local hour, over the last 30 measured UTC days?
with last_day as (
    select max(period_start_utc) as period_start_utc
    from warehouse.fact_energy_balance_daily
),

flow as (
    select
        flow.period_start_utc,
        sum(flow.consumption_kwh) as consumption_kwh,
        sum(flow.production_kwh) as production_kwh,
        sum(flow.self_consumption_kwh) as self_consumption_kwh,
        sum(flow.surplus_kwh) as surplus_kwh,
        sum(flow.deficit_kwh) as deficit_kwh
    from warehouse.fact_energy_flow as flow
    cross join last_day
    where flow.period_start_utc >= last_day.period_start_utc - interval 29 days
    group by flow.period_start_utc
),

-- What is taken back is negated, so that all rows of a slot add up to what counts.
trade as (
    select
        trade.period_start_utc,
        sum(trade.energy_kwh) as traded_kwh
    from warehouse.fact_energy_transaction as trade
    cross join last_day
    where trade.period_start_utc >= last_day.period_start_utc - interval 29 days
    group by trade.period_start_utc
),

measured as (
    select count(distinct cast(period_start_utc as date)) as days
    from flow
)

select
    dim_time.local_hour,
    cast(sum(flow.consumption_kwh) / measured.days as decimal(18, 3)) as consumption_kwh,
    cast(sum(flow.production_kwh) / measured.days as decimal(18, 3)) as production_kwh,
    cast(sum(flow.self_consumption_kwh) / measured.days as decimal(18, 3)) as self_consumption_kwh,
    cast(coalesce(sum(trade.traded_kwh), 0) / measured.days as decimal(18, 3)) as traded_kwh,
    cast((sum(flow.deficit_kwh) - coalesce(sum(trade.traded_kwh), 0)) / measured.days as decimal(18, 3))
        as grid_import_kwh,
    cast((sum(flow.surplus_kwh) - coalesce(sum(trade.traded_kwh), 0)) / measured.days as decimal(18, 3))
        as grid_export_kwh
from flow
cross join measured
inner join warehouse.dim_time as dim_time on flow.period_start_utc = dim_time.period_start_utc
left join trade on flow.period_start_utc = trade.period_start_utc
group by dim_time.local_hour, measured.days
order by dim_time.local_hour
