-- One row is the place of one zone in the order in which zones trade with each other.
-- reads: gold.zone
-- The order begins with the first zone by name; the next is always the one whose centre is nearest to the last one's.
with recursive distance as materialized (
    select
        here.zone as from_zone,
        there.zone as to_zone,
        distance_km(here.latitude, here.longitude, there.latitude, there.longitude) as distance_km
    from gold.zone as here
    cross join gold.zone as there
),

walk as (
    select
        1 as place,
        min(zone) as zone,
        [min(zone)] as seen
    from gold.zone
    union all
    select
        walk.place + 1,
        nearest.zone,
        list_append(walk.seen, nearest.zone)
    from walk
    cross join
        lateral (
            select arg_min(distance.to_zone, (round(distance.distance_km, 3), distance.to_zone)) as zone
            from distance
            where distance.from_zone = walk.zone and not list_contains(walk.seen, distance.to_zone)
        ) as nearest
    where nearest.zone is not null
)

select
    zone,
    place
from walk
where zone is not null
