-- One row is one stretch of what one member sells or buys in one slot, laid on the axis of its zone or of all zones.
-- reads: part, zone_place
-- Inside a zone members follow each other by id. What is left when one side of the zone is used up is laid on the axis
-- of all zones: zones in the order of their places, members by id.
with of_zone as (
    select
        period_start_utc,
        zone,
        least(
            coalesce(sum(part_wh) filter (where is_seller), 0),
            coalesce(sum(part_wh) filter (where not is_seller), 0)
        ) as inside_wh
    from part
    group by period_start_utc, zone
),

laid_in_zone as (
    select
        part.*,
        of_zone.inside_wh,
        sum(part.part_wh) over (
            partition by part.period_start_utc, part.zone, part.is_seller
            order by part.member_id
        ) as end_wh,
        end_wh - part.part_wh as begin_wh
    from part
    inner join of_zone on part.period_start_utc = of_zone.period_start_utc and part.zone = of_zone.zone
),

left_over as (
    select
        laid_in_zone.*,
        laid_in_zone.end_wh - greatest(laid_in_zone.begin_wh, laid_in_zone.inside_wh) as left_wh,
        sum(left_wh) over (
            partition by laid_in_zone.period_start_utc, laid_in_zone.is_seller
            order by zone_place.place, laid_in_zone.member_id
        ) as left_end_wh
    from laid_in_zone
    inner join zone_place on laid_in_zone.zone = zone_place.zone
    where laid_in_zone.end_wh > laid_in_zone.inside_wh
)

select
    period_start_utc,
    zone as axis,
    member_id,
    is_seller,
    price_micro_eur_per_kwh,
    cast(begin_wh as bigint) as begin_wh,
    cast(least(end_wh, inside_wh) as bigint) as end_wh,
    cast(0 as bigint) as own_begin_wh
from laid_in_zone
where begin_wh < inside_wh
union all
select
    period_start_utc,
    null,
    member_id,
    is_seller,
    price_micro_eur_per_kwh,
    cast(left_end_wh - left_wh as bigint),
    cast(left_end_wh as bigint),
    cast(part_wh - left_wh as bigint)
from left_over
