-- One row is one member's settled month on the community's clock: energy in kWh, amounts in EUR.
select
    member_id as user_id,
    local_month,
    zone,
    slots,
    provisional_slots,
    consumption_kwh,
    production_kwh,
    self_consumption_kwh,
    bought_kwh,
    sold_kwh,
    grid_import_kwh,
    grid_export_kwh,
    bought_eur,
    sold_eur,
    fee_eur,
    grid_import_eur,
    grid_export_eur,
    total_eur,
    alone_eur,
    saving_eur
from gold.member_bill_monthly
