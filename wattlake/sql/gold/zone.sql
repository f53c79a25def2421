-- One row is one zone of the community and its centre: the mean of the members that were there at its beginning.
with founding as (
    -- Whoever joins later does not move the centre: else all weather would be asked, and all solar output made, anew.
    select
        zone,
        latitude,
        longitude
    from gold.member_version
    qualify valid_from_utc = min(valid_from_utc) over (partition by zone)
)

select
    zone,
    round(avg(cast(latitude as decimal(9, 6))), 2) as latitude,
    round(avg(cast(longitude as decimal(9, 6))), 2) as longitude
from founding
group by zone
