-- One row is what one meter sent at one instant, and whether the times in it are ahead of the broker's, or far behind.
-- reads: series_event
with received as (
    select
        meter_id,
        received_at_utc,
        any_value(member_id) as member_id,
        any_value(zone) as zone,
        max(epoch(event_end_utc - received_at_utc)) as ahead_seconds
    from series_event
    group by meter_id, received_at_utc
),

judged as (
    select
        *,
        ahead_seconds > $ahead_seconds as is_ahead,
        -- Where most are as late, a stretch of the past is played again, or a backlog read: no clock is to blame.
        ahead_seconds < -$behind_seconds and median(ahead_seconds) over () >= -$behind_seconds as is_behind
    from received
)

select
    'clock_skew' as rule,
    'warn' as severity,
    meter_id,
    member_id,
    zone,
    cast(null as varchar) as direction,
    cast(null as varchar) as quantity,
    received_at_utc as at_utc,
    received_at_utc as since_utc,
    received_at_utc as end_utc,
    is_ahead or is_behind as is_wrong,
    not is_wrong as is_fine,
    false as is_late,
    false as is_correction,
    abs(ahead_seconds) as observed_value,
    if(is_behind, $behind_seconds, $ahead_seconds) as limit_value,
    's' as unit,
    concat(
        'its clock is ', short_number(abs(ahead_seconds)), ' s ', if(is_behind, 'behind', 'ahead of'),
        ' the broker''s, more than ', short_number(if(is_behind, $behind_seconds, $ahead_seconds)), ' s'
    ) as evidence
from judged
