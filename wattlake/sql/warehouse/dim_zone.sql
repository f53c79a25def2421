-- One row is one zone of the community and its centre.
select
    zone,
    latitude,
    longitude
from gold.zone
