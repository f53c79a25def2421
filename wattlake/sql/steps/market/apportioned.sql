-- One row is what one member gets of the energy that a side of one slot shares: by weight, in whole milliwatt-hours.
-- reads: claim = mid_market_rate + supply_demand_ratio + bill_sharing + static_coefficients + dynamic_coefficients
-- What rounding down leaves over goes, one unit each, to the largest remainders, ties by id; nobody gets more than the
-- claim.
with side as (
    select
        period_start_utc,
        cast(sum(weight) as bigint) as all_weight,
        -- Products of 128 bits take ten times as long, and are hardly ever needed.
        cast(max(shared_units) as double) * max(weight) > 9e18 as is_huge
    from claim
    group by period_start_utc
),

whole as (
    select
        claim.*,
        case
            when side.is_huge then cast(cast(claim.shared_units as hugeint) * claim.weight // side.all_weight as bigint)
            else claim.shared_units * claim.weight // side.all_weight
        end as whole_units,
        case
            when side.is_huge then cast(cast(claim.shared_units as hugeint) * claim.weight % side.all_weight as bigint)
            else claim.shared_units * claim.weight % side.all_weight
        end as remainder
    from claim
    inner join side on claim.period_start_utc = side.period_start_utc
    where claim.shared_units <> side.all_weight
),

rounded as (
    select
        period_start_utc,
        cast(sum(whole_units) as bigint) as whole_units
    from whole
    group by period_start_utc
),

ranked as (
    select
        whole.*,
        row_number() over (
            partition by whole.period_start_utc
            order by whole.remainder desc, whole.member_id asc
        ) as place,
        whole.shared_units - rounded.whole_units as left_units
    from whole
    inner join rounded on whole.period_start_utc = rounded.period_start_utc
)

select
    * exclude (whole_units, remainder, place, left_units),
    least(whole_units + if(place <= left_units, 1, 0), most_units) as part_units
from ranked
union all
-- Where all weights together are what is shared, each gets its own.
select
    claim.*,
    least(claim.weight, claim.most_units) as part_units
from claim
inner join side on claim.period_start_utc = side.period_start_utc
where claim.shared_units = side.all_weight
