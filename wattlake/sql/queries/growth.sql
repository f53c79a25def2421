-- How do members and the energy they trade grow, month on month?
-- Only whole days count. What is traded is held against the month before, where one of the two is not whole in as far as
-- both are; a change to more than tenfold is no growth and has no per cent.
with day as (
    select
        user_id,
        local_date,
        cast(date_trunc('month', local_date) as date) as local_month,
        is_active,
        bought_kwh
    from warehouse.kpi_member
    inner join warehouse.settled_extent as extent on local_date >= extent.first_date and local_date < extent.end_date
    where period = 'day'
),

month as (
    select
        local_month,
        max(local_date) = last_day(local_month) and min(local_date) = local_month as is_whole,
        count(distinct user_id) as members,
        count(distinct user_id) filter (where is_active) as active_members,
        sum(bought_kwh) as traded_kwh,
        if(max(local_date) = last_day(local_month), 31, day(max(local_date))) as last_day_of_month,
        lag(day(min(local_date))) over (order by local_month) as first_day_before
    from day
    group by local_month
),

held as (
    select
        month.local_month,
        sum(day.bought_kwh) filter (
            where day.local_month = month.local_month and day(day.local_date) >= month.first_day_before
        ) as traded_kwh,
        sum(day.bought_kwh) filter (
            where day.local_month < month.local_month and day(day.local_date) <= month.last_day_of_month
        ) as before_kwh
    from month
    inner join day on day.local_month in (month.local_month, month.local_month - interval 1 month)
    group by month.local_month
)

select
    month.local_month,
    month.is_whole,
    month.members,
    month.members - lag(month.members) over along as members_change,
    month.active_members,
    month.active_members - lag(month.active_members) over along as active_members_change,
    cast(month.traded_kwh as decimal(18, 3)) as traded_kwh,
    cast(held.traded_kwh - held.before_kwh as decimal(18, 3)) as traded_change_kwh,
    cast(
        if(held.traded_kwh <= 10 * held.before_kwh, 100 * (held.traded_kwh / nullif(held.before_kwh, 0) - 1), null)
        as decimal(18, 1)
    ) as traded_change_pct
from month
inner join held on month.local_month = held.local_month
window along as (order by month.local_month)
order by month.local_month
