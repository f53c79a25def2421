-- One row is the community's account of one month on its clock: what all members paid and were paid, and what is left.
select
    local_month,
    bills,
    cast(bought_micro_eur * 0.000001 as decimal(18, 6)) as bought_eur,
    cast(sold_micro_eur * 0.000001 as decimal(18, 6)) as sold_eur,
    cast(fee_micro_eur * 0.000001 as decimal(18, 6)) as fee_eur,
    cast(grid_import_micro_eur * 0.000001 as decimal(18, 6)) as grid_import_eur,
    cast(grid_export_micro_eur * 0.000001 as decimal(18, 6)) as grid_export_eur,
    cast(total_micro_eur * 0.000001 as decimal(18, 6)) as total_eur,
    cast(left_micro_eur * 0.000001 as decimal(18, 6)) as left_eur,
    cast(sum(left_micro_eur) over (order by local_month) * 0.000001 as decimal(18, 6)) as balance_eur
from gold.community_account_monthly
