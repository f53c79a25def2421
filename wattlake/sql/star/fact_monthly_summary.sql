-- One row is one member's settled month on the community's clock: energy, revenue, cost and carbon dioxide.
with entry as (
    select
        user_sk,
        user_id,
        valid_from_utc,
        lead(valid_from_utc, 1, timestamp 'infinity') over (partition by user_id order by valid_from_utc)
            as followed_at_utc
    from warehouse.dim_user
),

bill as (
    select
        *,
        timezone('UTC', timezone($timezone, cast(local_month + interval 1 month as timestamp))) as ends_utc
    from gold.member_bill_monthly
)

select
    key_of_time(bill.period_start_utc) as time_sk,
    entry.user_sk,
    bill.local_month as month_start,
    bill.consumption_kwh,
    bill.production_kwh,
    bill.self_consumption_kwh,
    bill.bought_kwh,
    bill.sold_kwh,
    bill.grid_import_kwh,
    bill.grid_export_kwh,
    cast(bill.sold_eur + bill.grid_export_eur as decimal(18, 6)) as revenue_eur,
    cast(bill.bought_eur + bill.fee_eur + bill.grid_import_eur as decimal(18, 6)) as cost_eur,
    bill.saving_eur,
    bill.co2_saved_kg
from bill
left join entry
    on
        bill.member_id = entry.user_id
        -- The entry that held when the month ended, or the last one of a member who left in it.
        and bill.ends_utc > entry.valid_from_utc
        and bill.ends_utc <= entry.followed_at_utc
