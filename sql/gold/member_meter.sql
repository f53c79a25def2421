-- One row is one meter of one member over one stretch of time, and what it measures.
select
    member_id,
    valid_from_utc,
    valid_to_utc,
    zone,
    meter_id,
    'consumption' as measures
from gold.member_version
where meter_id is not null
union all
select
    member_id,
    valid_from_utc,
    valid_to_utc,
    zone,
    production_meter_id,
    'production'
from gold.member_version
where production_meter_id is not null
