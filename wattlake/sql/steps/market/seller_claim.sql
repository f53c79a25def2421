-- One row is one seller's claim in one slot: on as much as the buyers of the slot take.
-- reads: bought = apportioned
-- reads: claims = mid_market_rate + supply_demand_ratio + bill_sharing + static_coefficients + dynamic_coefficients
with taken as (
    select
        period_start_utc,
        cast(sum(part_units) as bigint) as part_units
    from bought
    group by period_start_utc
)

select claims.* replace (taken.part_units as shared_units)
from claims
inner join taken on claims.period_start_utc = taken.period_start_utc
where claims.is_seller and taken.part_units > 0
