-- The cold explains less than a third of a member's consumption, so its normalised months mean little.
-- severity: warning
select
    member_id,
    days,
    r_squared_ratio
from gold.heating_fit
where r_squared_ratio < 0.33
