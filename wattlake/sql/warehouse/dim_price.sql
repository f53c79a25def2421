-- One row is one bidding zone's day-ahead price in one slot, and in the community's own zone what the grid makes of it.
select
    coalesce(spot.bidding_zone, grid.bidding_zone) as bidding_zone,
    coalesce(spot.period_start_utc, grid.period_start_utc) as period_start_utc,
    coalesce(spot.period_minutes, grid.period_minutes) as period_minutes,
    spot.spot_eur_per_mwh as spot_price_eur_per_mwh,
    grid.buy_eur_per_kwh as grid_buy_price_eur_per_kwh,
    grid.sell_eur_per_kwh as grid_sell_price_eur_per_kwh,
    grid.price_category,
    grid.carbon_gco2_per_kwh,
    spot.provenance
from gold.spot_price as spot
full join gold.grid_slot as grid
    on spot.bidding_zone = grid.bidding_zone and spot.period_start_utc = grid.period_start_utc
