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

-- Windows over places cost a third of windows over a thousand series by name.
numbered as (
    select
        *,
        struct_pack(meter_id, direction, quantity) as key,
        row_number() over (
            order by meter_id, direction, quantity, event_at_utc, message_offset, message_row
        ) as place,
        last_value(if(quantity = 'power', struct_pack(meter_id, direction, value), null) ignore nulls) over (
            order by meter_id, direction, event_at_utc, quantity <> 'power' rows unbounded preceding
        ) as power
    from event
    where not is_ahead and not is_late
),

timed as (
    select
        numbered.*,
        coalesce(numbered.key <> lag(numbered.key) over timely, true) as is_first,
        if(is_first, numbered.newest_at_utc, lag(numbered.event_at_utc) over timely) as previous_at_utc,
        if(is_first, numbered.newest_end_utc, lag(numbered.event_end_utc) over timely) as previous_end_utc,
        if(is_first, numbered.newest_value, lag(numbered.value) over timely) as previous_value
    from numbered
    window timely as (order by numbered.place)
),

in_runs as (
    select
        timed.*,
        (timed.value is distinct from timed.previous_value) as has_moved,
        if(
            timed.power.meter_id = timed.meter_id and timed.power.direction = timed.direction,
            timed.power.value,
            last_power.newest_value
        ) as power_then_w,
        max(if(timed.is_first or has_moved, timed.place, null)) over (order by timed.place) as run_place,
        (timed.place - run_place) as events_before
    from timed
    left join series as last_power
        on
            timed.meter_id = last_power.meter_id
            and timed.direction = last_power.direction
            and last_power.quantity = 'power'
)

select
    * exclude (key, is_first, has_moved, place, power, run_place, events_before),
    first_value(is_first and not has_moved) over this_run as goes_on,
    if(goes_on, run_since_before_utc, first_value(event_at_utc) over this_run) as run_since_utc,
    if(goes_on, run_events_before, 0) + events_before + 1 as run_events,
    if(goes_on, unmoved_before_kwh, 0) + sum(
        if(has_moved, 0, coalesce(power_then_w, 0) / 1000 * epoch(event_at_utc - previous_at_utc) / 3600)
    ) over this_run as unmoved_kwh
from in_runs
window this_run as (order by place rows between events_before preceding and current row)
union all by name
select * from event where is_ahead or is_late
