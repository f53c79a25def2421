-- One row is the day-ahead price expected in one slot, as it was foreseen at one time.
select
    bidding_zone,
    issued_at_utc,
    period_start_utc,
    period_minutes,
    horizon_hours,
    forecaster,
    forecaster_version,
    tier,
    spot_eur_per_mwh as spot_price_eur_per_mwh,
    lower_eur_per_mwh,
    upper_eur_per_mwh,
    lower_80_eur_per_mwh,
    upper_80_eur_per_mwh,
    lower_50_eur_per_mwh,
    upper_50_eur_per_mwh,
    provenance
from gold.price_forecast
