-- One row is the community's account of one month on its clock: what all members paid and were paid, and what is left.
with day as (
    select
        *,
        timezone('UTC', timezone($timezone, date_trunc('month', cast(local_date as timestamp)))) as month_utc
    from gold.market_daily
    where period_start_utc >= $from_utc and period_start_utc < $to_utc + interval 32 days
),

-- One after the other, so that what is checked against the bills is there once they are.
bill as (
    select
        period_start_utc,
        count(*) as bills
    from gold.member_bill_monthly
    where period_start_utc >= $from_utc and period_start_utc < $to_utc
    group by period_start_utc
)

select
    day.month_utc as period_start_utc,
    cast(date_trunc('month', min(day.local_date)) as date) as local_month,
    any_value(bill.bills) as bills,
    cast(sum(day.bought_micro_eur) as bigint) as bought_micro_eur,
    cast(sum(day.sold_micro_eur) as bigint) as sold_micro_eur,
    cast(sum(day.fee_micro_eur) as bigint) as fee_micro_eur,
    cast(sum(day.grid_import_micro_eur) as bigint) as grid_import_micro_eur,
    cast(sum(day.grid_export_micro_eur) as bigint) as grid_export_micro_eur,
    cast(sum(day.total_micro_eur) as bigint) as total_micro_eur,
    cast(sum(day.bought_micro_eur + day.fee_micro_eur - day.sold_micro_eur) as bigint) as left_micro_eur
from day
inner join bill on day.month_utc = bill.period_start_utc
where day.month_utc >= $from_utc and day.month_utc < $to_utc
group by day.month_utc
