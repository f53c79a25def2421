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
    cast(sum(consumption_wh) as bigint) as consumption_wh,
    cast(sum(production_wh) as bigint) as production_wh,
    cast(sum(self_consumption_wh) as bigint) as self_consumption_wh,
    cast(sum(bought_wh) as bigint) as bought_wh,
    cast(sum(sold_wh) as bigint) as sold_wh,
    cast(sum(grid_import_wh) as bigint) as grid_import_wh,
    cast(sum(grid_export_wh) as bigint) as grid_export_wh,
    cast(sum(bought_micro_eur) as bigint) as bought_micro_eur,
    cast(sum(sold_micro_eur) as bigint) as sold_micro_eur,
    cast(sum(fee_micro_eur) as bigint) as fee_micro_eur,
    cast(sum(grid_import_micro_eur) as bigint) as grid_import_micro_eur,
    cast(sum(grid_export_micro_eur) as bigint) as grid_export_micro_eur,
    cast(sum(alone_micro_eur) as bigint) as alone_micro_eur,
    cast(sum(total_micro_eur) as bigint) as total_micro_eur,
    cast(sum(saving_micro_eur) as bigint) as saving_micro_eur,
    cast(sum(co2_saved_micro_g) as bigint) as co2_saved_micro_g,
    cast(date_trunc('month', min(local_date)) as date) as local_month
from day
where month_utc >= $from_utc and month_utc < $to_utc
group by member_id, month_utc
