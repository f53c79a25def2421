-- One row is what one mechanism would make of one member's UTC day; computed when asked for, on the terms of then.
select
    mechanism,
    member_id as user_id,
    period_start_utc,
    zone,
    bought_kwh,
    sold_kwh,
    bought_eur,
    sold_eur,
    total_eur,
    saving_eur
from gold.market_comparison
