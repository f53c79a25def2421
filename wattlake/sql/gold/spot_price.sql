-- One row is one bidding zone's day-ahead price in one slot, whatever the length of the market's periods.
with period as (
    select
        *,
        time_bucket(to_minutes($slot_minutes), period_start_utc) as first_slot_utc,
        unnest(range(greatest(period_minutes // $slot_minutes, 1))) as slot_in_period
    from silver.spot_price
    -- An odd period may begin at the end of the day before.
    where period_start_utc >= $from_utc - interval 1 hour and period_start_utc < $to_utc
),

part as (
    select
        bidding_zone,
        spot_eur_per_mwh,
        provenance,
        known_at_utc,
        first_slot_utc + to_minutes(slot_in_period * $slot_minutes) as slot_utc
    from period
)

select
    bidding_zone,
    slot_utc as period_start_utc,
    $slot_minutes as period_minutes,
    cast(round(sum(spot_eur_per_mwh) / count(*), 4) as decimal(12, 4)) as spot_eur_per_mwh,
    max(provenance) as provenance,
    max(known_at_utc) as known_at_utc
from part
where slot_utc >= $from_utc and slot_utc < $to_utc
group by bidding_zone, slot_utc
