-- One row is one meter of a batch, and how many seconds before and after it events of that meter are near to its own.
-- reads: sought = silver.meter_event, longer = silver.meter_event, recent = silver.meter_event
with own as (
    select
        meter_id,
        direction,
        quantity,
        min(event_at_utc) as first_utc,
        max(coalesce(period_seconds, 0)) as seconds
    from sought
    group by all
),

-- Windows change from the one of the last instant before the batch on. Every quantity of the meter has a part in them.
before as (
    select
        own.meter_id,
        own.direction,
        own.quantity,
        max(recent.event_at_utc) as before_utc
    from own
    left join recent
        on
            own.meter_id = recent.meter_id and own.direction = recent.direction and own.quantity = recent.quantity
            and own.first_utc > recent.event_at_utc
    where own.quantity <> 'energy'
    group by all
),

changed as (
    select
        meter_id,
        time_bucket(to_milliseconds($window_ms), min(before_utc)) as changed_utc
    from before
    group by meter_id
    having bool_and(before_utc is not null)
),

earlier as (
    select
        recent.meter_id,
        max(recent.event_at_utc) filter (where recent.event_at_utc < changed.changed_utc) as earlier_utc
    from recent
    inner join changed using (meter_id)
    group by recent.meter_id, recent.direction, recent.quantity
),

since as (
    select
        meter_id,
        min(earlier_utc) as since_utc
    from earlier
    group by meter_id
    having bool_and(earlier_utc is not null)
),

longest as (
    select
        own.meter_id,
        greatest(max(own.seconds), coalesce(max(longer.seconds), 0)) as seconds,
        if(bool_or(own.quantity <> 'energy'), $most_held_ms // 1000, 0) as held_seconds
    from own
    left join longer using (meter_id)
    group by own.meter_id
)

select
    meter_id,
    -- A period changes the windows of those it overlaps, these are made of others, and those may be superseded in turn.
    -- An instant changes windows up to where its neighbours hold, and these have periods in them.
    if(seconds = 0, 0, greatest(3 * seconds, 2 * seconds + held_seconds) + $window_ms // 1000) as of_periods,
    -- What holds in a window may have begun so long before it.
    greatest(2 * seconds, held_seconds) + ($most_held_ms + $window_ms) // 1000 as of_instants,
    if(seconds = 0, since.since_utc, null) as since_utc
from longest
left join since using (meter_id)
