-- One row is one window of five minutes of a member's meters of one direction that a batch touched, as it is now.
-- reads: window_row = gold.window_5min, near_window = gold.window_5min
with touched as (
    select distinct
        member_id,
        direction,
        period_start_utc
    from window_row
    where member_id is not null
)

select
    near_window.member_id,
    any_value(near_window.zone) as zone,
    near_window.direction,
    near_window.period_start_utc,
    sum(near_window.energy_kwh) as energy_kwh,
    min(near_window.covered_seconds) = 300 as is_covered
from near_window
semi join touched using (member_id, direction, period_start_utc)
group by all
