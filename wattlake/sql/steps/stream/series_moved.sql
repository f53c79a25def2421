-- One row is one series that a batch goes on with: its newest event, its run of equal values, its last steps.
-- reads: series = ops.stream_series, series_event
with newest as (
    select unnest(max_by(series_event, (event_at_utc, message_offset, message_row)))
    from series_event
    where run_events is not null
    group by meter_id, direction, quantity
),

stepped as (
    select
        meter_id,
        direction,
        quantity,
        count(*) filter (where run_events is not null) as events,
        list(epoch(event_at_utc - previous_at_utc) order by event_at_utc) filter (
            where event_at_utc > previous_at_utc
        ) as steps,
        -- A late event between equal ones says that they were none.
        coalesce(bool_or(
            is_late and event_at_utc > run_since_before_utc and value is distinct from newest_value
        ), false) as is_broken
    from series_event
    group by all
),

known as (
    select
        newest.*,
        stepped.is_broken,
        series.newest_end_utc as end_before_utc,
        list_concat(coalesce(cast(series.last_steps as double[]), []), coalesce(stepped.steps, [])) as every_step,
        -- A meter that sends several at once keeps the rhythm of its sendings, unless it was us who came late.
        coalesce(if(
            stepped.events > 1 and series.seen_at_utc < $now_utc - to_seconds($grace_seconds),
            epoch(newest.event_end_utc - series.newest_end_utc),
            0
        ), 0) as sending_seconds
    from newest
    inner join stepped using (meter_id, direction, quantity)
    left join series using (meter_id, direction, quantity)
),

kept as (
    select
        *,
        list_slice(every_step, greatest(len(every_step) - $rhythm_steps + 1, 1), len(every_step)) as steps
    from known
)

select
    meter_id,
    direction,
    quantity,
    member_id,
    zone,
    topic,
    partition,
    event_at_utc as newest_at_utc,
    greatest(event_end_utc, end_before_utc) as newest_end_utc,
    value as newest_value,
    if(is_broken, event_at_utc, run_since_utc) as run_since_utc,
    if(is_broken, 1, run_events) as run_events,
    if(is_broken, 0, unmoved_kwh) as unmoved_kwh,
    cast(steps as varchar) as last_steps,
    if(len(steps) >= $rhythm_least_steps, greatest(list_median(steps), sending_seconds), null) as rhythm_seconds,
    $now_utc as seen_at_utc
from kept
