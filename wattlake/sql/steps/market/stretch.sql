-- One row is one stretch of what one member sells or buys in one slot, laid on the axis of its zone or of all zones.
-- reads: part, zone_place
-- Inside a zone members follow each other by id. What is left when one side of the zone is used up is laid on the axis
-- of all zones: zones in the order of their places, members by id.
with of_zone as (
    select
        period_start_utc,
        zone,
        least(
            coalesce(sum(part_units) filter (where is_seller), 0),
            coalesce(sum(part_units) filter (where not is_seller), 0)
        ) as inside_units
    from part
    group by period_start_utc, zone
),

laid_in_zone as (
    select
        part.*,
        of_zone.inside_units,
        sum(part.part_units) over (
            partition by part.period_start_utc, part.zone, part.is_seller
            order by part.member_id
        ) as end_units,
        end_units - part.part_units as begin_units
    from part
    inner join of_zone on part.period_start_utc = of_zone.period_start_utc and part.zone = of_zone.zone
),

left_over as (
    select
        laid_in_zone.*,
        laid_in_zone.end_units - greatest(laid_in_zone.begin_units, laid_in_zone.inside_units) as left_units,
        sum(left_units) over (
            partition by laid_in_zone.period_start_utc, laid_in_zone.is_seller
            order by zone_place.place, laid_in_zone.member_id
        ) as left_end_units
    from laid_in_zone
    inner join zone_place on laid_in_zone.zone = zone_place.zone
    where laid_in_zone.end_units > laid_in_zone.inside_units
)

select
    period_start_utc,
    zone as axis,
    member_id,
    is_seller,
    price_eur_per_kwh,
    cast(begin_units as bigint) as begin_units,
    cast(least(end_units, inside_units) as bigint) as end_units,
    cast(0 as bigint) as own_begin_units
from laid_in_zone
where begin_units < inside_units
union all
select
    period_start_utc,
    null,
    member_id,
    is_seller,
    price_eur_per_kwh,
    cast(left_end_units - left_units as bigint),
    cast(left_end_units as bigint),
    cast(part_units - left_units as bigint)
from left_over
