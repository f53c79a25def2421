-- One row is the day-ahead price of one bidding zone in one period, as its newest valid answer says.
with typed as (
    select
        *,
        try_cast(unix_seconds as bigint) as seconds,
        -- Up to the year 2100: what lies beyond is no time, and adding it could overflow.
        case when seconds between 0 and 4102444800 then timestamp '1970-01-01' + to_seconds(seconds) end
            as period_start_utc,
        try_cast(price as decimal(12, 4)) as spot_eur_per_mwh
    from bronze.energy_charts
    where _landing_id between $from_landing and $to_landing
),

spaced as (
    select
        *,
        minutes_around(lag(period_start_utc) over answer, period_start_utc, lead(period_start_utc) over answer)
            as period_minutes
    from typed
    window answer as (partition by _landing_id, bidding_zone order by period_start_utc)
)

select
    trim(bidding_zone) as bidding_zone,
    period_start_utc,
    period_minutes,
    spot_eur_per_mwh,
    -- A published price is a fact, which counts as measured.
    coalesce(provenance, 'measured') as provenance,
    least(_fetched_at_utc, auction_known_at(period_start_utc)) as known_at_utc,
    _landing_id,
    fault_of_price(
        bidding_zone,
        period_start_utc,
        period_minutes,
        price,
        spot_eur_per_mwh,
        coalesce(replace(unit, ' ', ''), '') = 'EUR/MWh',
        $spot_eur_per_mwh_bounds,
        provenance
    ) as quarantine_reason
from spaced
