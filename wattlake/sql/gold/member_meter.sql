-- One row is one meter of one member over one stretch of time, and what it measures.
with entry as (
    -- One that was taken back lasted for no time.
    select * from gold.member_version where valid_from_utc < coalesce(valid_to_utc, timestamp 'infinity')
)

select
    member_id,
    valid_from_utc,
    valid_to_utc,
    zone,
    meter_id,
    'consumption' as measures
from entry
where meter_id is not null
union all
select
    member_id,
    valid_from_utc,
    valid_to_utc,
    zone,
    production_meter_id,
    'production'
from entry
where production_meter_id is not null
