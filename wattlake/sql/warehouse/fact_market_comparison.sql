-- One row is what one mechanism would make of one member's UTC day; computed when asked for, on the terms of then.
select
    mechanism,
    member_id as user_id,
    period_start_utc,
    zone,
    cast(bought_wh as decimal(14, 0)) * 0.001 as bought_kwh,
    cast(sold_wh as decimal(14, 0)) * 0.001 as sold_kwh,
    cast(bought_micro_eur as decimal(12, 0)) * 0.000001 as bought_eur,
    cast(sold_micro_eur as decimal(12, 0)) * 0.000001 as sold_eur,
    cast(total_micro_eur as decimal(12, 0)) * 0.000001 as total_eur,
    cast(saving_micro_eur as decimal(12, 0)) * 0.000001 as saving_eur
from gold.market_comparison
