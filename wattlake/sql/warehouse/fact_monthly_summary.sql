-- One row is one member's settled month on the community's clock: energy in kWh, amounts in EUR.
select
    member_id as user_id,
    local_month,
    zone,
    slots,
    provisional_slots,
    cast(consumption_wh as decimal(14, 0)) * 0.001 as consumption_kwh,
    cast(production_wh as decimal(14, 0)) * 0.001 as production_kwh,
    cast(self_consumption_wh as decimal(14, 0)) * 0.001 as self_consumption_kwh,
    cast(bought_wh as decimal(14, 0)) * 0.001 as bought_kwh,
    cast(sold_wh as decimal(14, 0)) * 0.001 as sold_kwh,
    cast(grid_import_wh as decimal(14, 0)) * 0.001 as grid_import_kwh,
    cast(grid_export_wh as decimal(14, 0)) * 0.001 as grid_export_kwh,
    cast(bought_micro_eur as decimal(12, 0)) * 0.000001 as bought_eur,
    cast(sold_micro_eur as decimal(12, 0)) * 0.000001 as sold_eur,
    cast(fee_micro_eur as decimal(12, 0)) * 0.000001 as fee_eur,
    cast(grid_import_micro_eur as decimal(12, 0)) * 0.000001 as grid_import_eur,
    cast(grid_export_micro_eur as decimal(12, 0)) * 0.000001 as grid_export_eur,
    cast(total_micro_eur as decimal(12, 0)) * 0.000001 as total_eur,
    cast(alone_micro_eur as decimal(12, 0)) * 0.000001 as alone_eur,
    cast(saving_micro_eur as decimal(12, 0)) * 0.000001 as saving_eur
from gold.member_bill_monthly
