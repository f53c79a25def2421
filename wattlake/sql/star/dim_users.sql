-- One row is one member's register entry over one stretch of time.
select
    key_of_entry(member_id, valid_from_utc) as user_sk,
    member_id as user_id,
    zone as location,
    panel_kwp as panel_size_kwp,
    member_type as user_type,
    cast(timezone($timezone, timezone('UTC', valid_from_utc)) as date) as effective_date,
    cast(timezone($timezone, timezone('UTC', valid_to_utc)) as date) as expiration_date,
    -- The last entry of a member who left has an end, too.
    valid_to_utc is null as is_current
from gold.member_version
