-- One row is what one mechanism would make of one member's UTC day.
-- reads: outcome
select
    $mechanism as mechanism,
    member_id,
    date_trunc('day', period_start_utc) as period_start_utc,
    arg_max(zone, period_start_utc) as zone,
    sum(bought_kwh) as bought_kwh,
    sum(sold_kwh) as sold_kwh,
    sum(bought_eur) as bought_eur,
    sum(sold_eur) as sold_eur,
    sum(bought_eur + fee_eur + grid_import_eur - sold_eur - grid_export_eur) as total_eur,
    sum(alone_eur) - total_eur as saving_eur
from outcome
group by member_id, date_trunc('day', period_start_utc)
