-- One row is what one meter sent at one instant, and whether the times in it are ahead of the broker's, or far behind.
-- reads: series_event, series = ops.stream_series
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

earlier as (
    select
        meter_id,
        epoch(max_by(newest_end_utc - seen_at_utc, newest_end_utc)) as ahead_seconds
    from series
    where quantity <> 'window'
    group by meter_id
),

-- A clock that is behind stays behind. Where a meter catches up from message to message, a backlog is read.
backlog as (
    select received.meter_id
    from received
    left join earlier on received.meter_id = earlier.meter_id and earlier.ahead_seconds < -$behind_seconds
    where received.ahead_seconds < -$behind_seconds
    group by received.meter_id
    having
        max_by(received.ahead_seconds, received.received_at_utc) - coalesce(
            any_value(earlier.ahead_seconds), min_by(received.ahead_seconds, received.received_at_utc)
        ) > $ahead_seconds
),

judged as (
    select
        *,
        ahead_seconds > $ahead_seconds as is_ahead,
        -- Where most are about as late, a stretch of the past is played again: no clock is to blame.
        median(ahead_seconds) over () as median_seconds,
        ahead_seconds < -$behind_seconds
        and ahead_seconds < median_seconds - $behind_seconds / 2
        and median_seconds >= -$behind_seconds
        and meter_id not in (from backlog) as is_behind
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
    if(
        is_wrong,
        concat(
            'its clock is ', short_number(abs(ahead_seconds)), ' s ', if(is_behind, 'behind', 'ahead of'),
            ' the broker''s, more than ', short_number(if(is_behind, $behind_seconds, $ahead_seconds)), ' s'
        ),
        null
    ) as evidence
from judged
