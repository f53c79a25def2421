-- One row is a day of a bidding zone with one and the same price all day, as a feed that hangs gives it.
-- Of gold.spot_price: warn, validity.
select
    bidding_zone,
    cast(period_start_utc as date) as day_utc,
    any_value(spot_eur_per_mwh) as spot_eur_per_mwh
from gold.spot_price
group by all
having sum(period_minutes) >= 20 * 60 and count(distinct spot_eur_per_mwh) = 1
