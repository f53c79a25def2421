-- One row is one bidding zone's day-ahead price in one slot, whatever the length of the market's periods.
with part as (
    select
        bidding_zone,
        spot_eur_per_mwh,
        provenance,
        time_bucket(to_minutes($slot_minutes), period_start_utc) as first_slot_utc,
        unnest(range(greatest(period_minutes // $slot_minutes, 1))) as slot_in_period
    from silver.spot_price
    where period_start_utc >= $from_utc and period_start_utc < $to_utc
)

select
    bidding_zone,
    first_slot_utc + to_minutes(slot_in_period * $slot_minutes) as period_start_utc,
    $slot_minutes as period_minutes,
    cast(round(sum(spot_eur_per_mwh) / count(*), 4) as decimal(12, 4)) as spot_eur_per_mwh,
    max(provenance) as provenance
from part
group by all
