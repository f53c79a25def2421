-- One row is what one member gets of the energy that a side of one slot shares: by weight, in whole Wh, to the last of them.
-- reads: claim = mid_market_rate + supply_demand_ratio + bill_sharing + static_coefficients + dynamic_coefficients
-- What rounding down leaves over goes, a Wh each, to the largest remainders, ties by id; nobody gets more than the claim.
with side as (
    select
        period_start_utc,
        cast(sum(weight) as bigint) as all_weight,
        -- Products of 128 bits take ten times as long, and are hardly ever needed.
        cast(max(shared_wh) as double) * max(weight) > 9e18 as is_huge
    from claim
    group by period_start_utc
),

whole as (
    select
        claim.*,
        case
            when side.is_huge then cast(cast(claim.shared_wh as hugeint) * claim.weight // side.all_weight as bigint)
            else claim.shared_wh * claim.weight // side.all_weight
        end as whole_wh,
        case
            when side.is_huge then cast(cast(claim.shared_wh as hugeint) * claim.weight % side.all_weight as bigint)
            else claim.shared_wh * claim.weight % side.all_weight
        end as remainder
    from claim
    inner join side on claim.period_start_utc = side.period_start_utc
    where claim.shared_wh <> side.all_weight
),

rounded as (
    select
        period_start_utc,
        cast(sum(whole_wh) as bigint) as whole_wh
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
        whole.shared_wh - rounded.whole_wh as left_wh
    from whole
    inner join rounded on whole.period_start_utc = rounded.period_start_utc
)

select
    * exclude (whole_wh, remainder, place, left_wh),
    least(whole_wh + if(place <= left_wh, 1, 0), most_wh) as part_wh
from ranked
union all
-- Where all weights together are what is shared, each gets its own.
select
    claim.*,
    least(claim.weight, claim.most_wh) as part_wh
from claim
inner join side on claim.period_start_utc = side.period_start_utc
where claim.shared_wh = side.all_weight
