-- One row is one bidding zone's day-ahead price in one slot: that of files, and where they have none that of the API.
with known as (
    select *, 'file' as teller
    from silver.listed_price
    where period_start_utc >= $from_utc and period_start_utc < $to_utc
    union all by name
    select *, 'service' as teller
    from silver.spot_price
    where period_start_utc >= $from_utc and period_start_utc < $to_utc
),

period as (
    select
        *,
        time_bucket(to_minutes($slot_minutes), period_start_utc) as first_slot_utc,
        unnest(range(greatest(period_minutes // $slot_minutes, 1))) as slot_in_period
    from known
),

part as (
    select
        bidding_zone,
        spot_eur_per_mwh,
        provenance,
        known_at_utc,
        first_slot_utc + to_minutes(slot_in_period * $slot_minutes) as slot_utc
    from period
    qualify teller = min(teller) over (partition by bidding_zone, slot_utc)
)

select
    bidding_zone,
    slot_utc as period_start_utc,
    $slot_minutes as period_minutes,
    cast(round(sum(spot_eur_per_mwh) / count(*), 4) as decimal(12, 4)) as spot_eur_per_mwh,
    max(provenance) as provenance,
    max(known_at_utc) as known_at_utc
from part
group by bidding_zone, slot_utc
