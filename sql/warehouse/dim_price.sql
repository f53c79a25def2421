-- One row is one bidding zone's day-ahead price in one slot.
select
    bidding_zone,
    period_start_utc,
    period_minutes,
    spot_eur_per_mwh as spot_price_eur_per_mwh,
    provenance
from gold.spot_price
