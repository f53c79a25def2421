-- One row is what one mechanism would make of one member's UTC day.
-- reads: outcome
select
    $mechanism as mechanism,
    member_id,
    date_trunc('day', period_start_utc) as period_start_utc,
    arg_max(zone, period_start_utc) as zone,
    cast(sum(bought_wh) as bigint) as bought_wh,
    cast(sum(sold_wh) as bigint) as sold_wh,
    cast(sum(bought_micro_eur) as bigint) as bought_micro_eur,
    cast(sum(sold_micro_eur) as bigint) as sold_micro_eur,
    cast(
        sum(bought_micro_eur + fee_micro_eur + grid_import_micro_eur - sold_micro_eur - grid_export_micro_eur) as bigint
    ) as total_micro_eur,
    cast(sum(alone_micro_eur) as bigint) - total_micro_eur as saving_micro_eur
from outcome
group by member_id, date_trunc('day', period_start_utc)
