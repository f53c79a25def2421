-- One row is one member's bill of one month on the community's clock: energy, amounts, and what the grid alone would cost.
with day as (
    select
        *,
        timezone('UTC', timezone($timezone, date_trunc('month', cast(local_date as timestamp)))) as month_utc
    from gold.market_daily
    where period_start_utc >= $from_utc and period_start_utc < $to_utc + interval 32 days
)

select
    member_id,
    month_utc as period_start_utc,
    arg_max(zone, period_start_utc) as zone,
    cast(sum(slots) as bigint) as slots,
    cast(sum(provisional_slots) as bigint) as provisional_slots,
    sum(consumption_kwh) as consumption_kwh,
    sum(production_kwh) as production_kwh,
    sum(self_consumption_kwh) as self_consumption_kwh,
    sum(bought_kwh) as bought_kwh,
    sum(sold_kwh) as sold_kwh,
    sum(grid_import_kwh) as grid_import_kwh,
    sum(grid_export_kwh) as grid_export_kwh,
    sum(bought_eur) as bought_eur,
    sum(sold_eur) as sold_eur,
    sum(fee_eur) as fee_eur,
    sum(grid_import_eur) as grid_import_eur,
    sum(grid_export_eur) as grid_export_eur,
    sum(alone_eur) as alone_eur,
    sum(total_eur) as total_eur,
    sum(saving_eur) as saving_eur,
    sum(co2_saved_kg) as co2_saved_kg,
    cast(date_trunc('month', min(local_date)) as date) as local_month
from day
where month_utc >= $from_utc and month_utc < $to_utc
group by member_id, month_utc
