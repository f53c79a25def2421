-- One row is one zone of the community and its centre.
select
    zone,
    round(avg(latitude), 2) as latitude,
    round(avg(longitude), 2) as longitude
from gold.member_version
group by zone
