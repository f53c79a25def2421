-- How do members and the energy they trade grow, month on month?
with month as (
    select
        local_date,
        members,
        active_members,
        bought_kwh as traded_kwh,
        lag(members) over along as members_before,
        lag(active_members) over along as active_members_before,
        lag(bought_kwh) over along as traded_kwh_before
    from warehouse.kpi_group
    where level = 'community' and period = 'month'
    window along as (order by local_date)
)

select
    local_date as local_month,
    members,
    members - members_before as members_change,
    active_members,
    active_members - active_members_before as active_members_change,
    traded_kwh,
    traded_kwh - traded_kwh_before as traded_change_kwh,
    cast(100 * (traded_kwh - traded_kwh_before) / nullif(traded_kwh_before, 0) as decimal(18, 1)) as traded_change_pct
from month
order by local_date
