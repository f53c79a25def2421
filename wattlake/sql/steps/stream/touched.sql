-- One row is one meter's window of five minutes, in one direction, that changed events have a part in.
-- reads: instant, period
with stretch as (
    select
        meter_id,
        direction,
        "_landing_id",
        -- Instants that are further apart say nothing of the time between them.
        if(from_ms - before_ms <= $most_held_ms, before_ms, from_ms) as from_ms,
        if(next_ms - from_ms <= $most_held_ms, next_ms, from_ms + 1) as to_ms
    from instant
    where is_changed
    union all
    select
        meter_id,
        direction,
        "_landing_id",
        from_ms,
        to_ms
    from period
    where is_changed and crowd is null
    union all
    -- Those that a changed one overlaps, too: they are superseded by it, or no longer. One that was replaced has no part
    -- in what came after that.
    select
        one.meter_id,
        one.direction,
        other."_landing_id",
        one.from_ms,
        one.to_ms
    from period as one
    inner join period as other
        on
            one.meter_id = other.meter_id and one.direction = other.direction and one.crowd = other.crowd
            and one.from_ms < other.to_ms and one.to_ms > other.from_ms
    where
        other.is_changed and other.crowd is not null
        and (one.is_there or other."_landing_id" <= one."_landing_id")
),

of_slots as (
    select
        meter_id,
        direction,
        "_landing_id",
        unnest(range(from_ms // $window_ms, (to_ms - 1) // $window_ms + 1)) as slot
    from stretch
)

select
    meter_id,
    direction,
    slot,
    max("_landing_id") as "_landing_id"
from of_slots
group by all
