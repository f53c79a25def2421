-- One row is what one member gets of the energy that a side of one slot shares: by weight, in whole Wh, to the last of them.
-- What rounding down leaves over goes, a Wh each, to the largest remainders, ties by id; nobody gets more than the claim.
with weighed as (
    select
        *,
        cast(sum(weight) over (partition by period_start_utc) as bigint) as all_weight
    from claim
),

whole as (
    select
        *,
        cast(cast(shared_wh as hugeint) * weight // all_weight as bigint) as whole_wh,
        cast(cast(shared_wh as hugeint) * weight % all_weight as bigint) as remainder
    from weighed
    where shared_wh <> all_weight
),

ranked as (
    select
        *,
        row_number() over (partition by period_start_utc order by remainder desc, member_id asc) as place,
        shared_wh - sum(whole_wh) over (partition by period_start_utc) as left_wh
    from whole
)

select
    * exclude (all_weight, whole_wh, remainder, place, left_wh),
    least(whole_wh + if(place <= left_wh, 1, 0), most_wh) as part_wh
from ranked
union all
-- Where all weights together are what is shared, each gets its own.
select
    * exclude (all_weight),
    least(weight, most_wh) as part_wh
from weighed
where shared_wh = all_weight
