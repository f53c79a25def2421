-- One row is the community's account of one month on its clock: what all members paid and were paid, and what is left.
with account as (
    select
        local_month,
        count(*) as bills,
        sum(bought_eur) as bought_eur,
        sum(sold_eur) as sold_eur,
        sum(fee_eur) as fee_eur,
        sum(grid_import_eur) as grid_import_eur,
        sum(grid_export_eur) as grid_export_eur,
        sum(total_eur) as total_eur,
        -- What is left once neighbours and the grid have what is theirs.
        sum(total_eur) - sum(grid_import_eur) + sum(grid_export_eur) as left_eur
    from warehouse.fact_monthly_summary
    group by local_month
)

select
    local_month,
    bills,
    cast(bought_eur as decimal(18, 6)) as bought_eur,
    cast(sold_eur as decimal(18, 6)) as sold_eur,
    cast(fee_eur as decimal(18, 6)) as fee_eur,
    cast(grid_import_eur as decimal(18, 6)) as grid_import_eur,
    cast(grid_export_eur as decimal(18, 6)) as grid_export_eur,
    cast(total_eur as decimal(18, 6)) as total_eur,
    cast(left_eur as decimal(18, 6)) as left_eur,
    cast(sum(left_eur) over (order by local_month) as decimal(18, 6)) as balance_eur
from account
