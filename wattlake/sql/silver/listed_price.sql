-- One row is the price of one bidding zone in one period, as its newest valid file says.
with typed as (
    select
        *,
        iso_time(trim(start)) as period_start_utc,
        case replace(unit, ' ', '') when 'EUR/MWh' then 1 when 'EUR/kWh' then 1000 when 'ct/kWh' then 10 end as factor,
        -- A cast would read 1_000 as a thousand.
        if(contains(price, '_'), null, try_cast(try_cast(price as decimal(18, 8)) * factor as decimal(12, 4)))
            as spot_eur_per_mwh
    from bronze.prices
    where _landing_id between $from_landing and $to_landing
),

spaced as (
    select
        *,
        coalesce(
            try_cast(minutes as integer),
            minutes_around(lag(period_start_utc) over file, period_start_utc, lead(period_start_utc) over file)
        ) as period_minutes
    from typed
    window file as (partition by _landing_id, bidding_zone order by period_start_utc)
)

select
    trim(bidding_zone) as bidding_zone,
    period_start_utc,
    period_minutes,
    spot_eur_per_mwh,
    coalesce(provenance, 'measured') as provenance,
    least(_fetched_at_utc, auction_known_at(period_start_utc)) as known_at_utc,
    _landing_id,
    case
        when period_start_utc is null then fault_of_time(start)
        else fault_of_price(
            bidding_zone,
            period_start_utc,
            period_minutes,
            nullif(trim(price), ''),
            spot_eur_per_mwh,
            factor is not null,
            $spot_eur_per_mwh_bounds,
            provenance
        )
    end as quarantine_reason
from spaced
