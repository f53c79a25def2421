-- One row is one member's register entry over one stretch of time.
select
    key_of_entry(member_id, valid_from_utc) as user_sk,
    member_id as user_id,
    meter_id,
    production_meter_id,
    zone,
    latitude,
    longitude,
    panel_kwp as panel_size_kwp,
    tilt_degrees,
    azimuth_degrees,
    member_type,
    tariff,
    acorn,
    acorn_group,
    valid_from_utc,
    valid_to_utc,
    cast(valid_from_utc as date) as effective_date,
    cast(valid_to_utc as date) as expiration_date,
    row_number() over (partition by member_id order by valid_from_utc desc) = 1 as is_current,
    provenance
from gold.member_version
