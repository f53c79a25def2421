-- One row is one row of a mapped file of prices, in the columns that their own layout has.
-- reads: meter_time
select
    meter_id as bidding_zone,
    time_or_fault(period_start_utc, label, start_count, time_text, time_reason) as start,
    cast($period_minutes as varchar) as minutes,
    price,
    $price_unit as unit,
    $provenance as provenance,
    line,
    cells,
    _landing_id,
    _fetched_at_utc
from meter_time
