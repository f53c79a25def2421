-- One row is one row of a mapped file of prices, with its zone and its texts of time and price.
-- reads: bronze.prices
with landed as (
    select *, cast(cast(cells as json) as map (varchar, varchar)) as written
    from bronze.prices
    where _landing_id between $from_landing and $to_landing
)

select
    _landing_id,
    _fetched_at_utc,
    line,
    cells,
    cell_or(written[$owner_column], $owner) as meter_id,
    concat_ws(' ', cell_text(written[$date_column]), cell_text(written[$time_column])) as time_text,
    number_texts([written[$price_column]], $decimal_mark)[1] as price
from landed
