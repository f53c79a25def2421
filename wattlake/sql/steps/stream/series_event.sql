-- One row is one event of a batch in its series (meter, direction, quantity), and how long its value has stood by then.
-- reads: alert_event, series = ops.stream_series
with event as (
    select
        alert_event.*,
        coalesce(cast(alert_event.energy_kwh as double), alert_event.power_w) as value,
        alert_event.event_at_utc + to_seconds(coalesce(alert_event.period_seconds, 0)) as event_end_utc,
        event_end_utc > alert_event.received_at_utc + to_seconds($ahead_seconds) as is_ahead,
        coalesce(alert_event.event_at_utc <= series.newest_at_utc, false) as is_late,
        series.newest_at_utc,
        series.newest_end_utc,
        series.newest_value,
        series.run_since_utc as run_since_before_utc,
        coalesce(series.run_events, 0) as run_events_before,
        coalesce(series.unmoved_kwh, 0) as unmoved_before_kwh
    from alert_event
    left join series using (meter_id, direction, quantity)
),

power as (
    select
        meter_id,
        direction,
        newest_value
    from series
    where quantity = 'power'
),

in_order as (
    select
        event.*,
        coalesce(lag(event.event_at_utc) over timely, event.newest_at_utc) as previous_at_utc,
        coalesce(lag(event.event_end_utc) over timely, event.newest_end_utc) as previous_end_utc,
        coalesce(lag(event.value) over timely, event.newest_value) as previous_value,
        coalesce(
            last_value(if(event.quantity = 'power', event.value, null) ignore nulls) over (
                partition by event.meter_id, event.direction order by event.event_at_utc
            ),
            power.newest_value
        ) as power_then_w
    from event
    left join power using (meter_id, direction)
    where not event.is_ahead and not event.is_late
    window
        timely as (
            partition by event.meter_id, event.direction, event.quantity
            order by event.event_at_utc, event.message_offset, event.message_row
        )
),

in_runs as (
    select
        *,
        count(*) filter (where value is distinct from previous_value) over (
            partition by meter_id, direction, quantity
            order by event_at_utc, message_offset, message_row rows unbounded preceding
        ) as run
    from in_order
)

select
    *,
    if(run = 0, run_since_before_utc, min(event_at_utc) over this_run) as run_since_utc,
    if(run = 0, run_events_before, 0) + row_number() over so_far as run_events,
    if(run = 0, unmoved_before_kwh, 0) + sum(
        if(
            value is distinct from previous_value,
            0,
            coalesce(power_then_w, 0) / 1000 * epoch(event_at_utc - previous_at_utc) / 3600
        )
    ) over so_far as unmoved_kwh
from in_runs
window
    this_run as (partition by meter_id, direction, quantity, run),
    so_far as (
        partition by meter_id, direction, quantity, run
        order by event_at_utc, message_offset, message_row rows unbounded preceding
    )
union all by name
select * from event where is_ahead or is_late
