-- One row is one batch of a stream that was landed again, and what became of its events.
-- reads: relanded = ops.landing, judged, outcome, window_row
with of_values as (
    select
        "_landing_id" as landing_id,
        count(*) as taken
    from judged
    where quarantine_reason is null
    group by all
),

of_batch as (
    select
        "_landing_id" as landing_id,
        max(least(event_at_utc + to_seconds(coalesce(period_seconds, 0)), received_at_utc)) as newest_utc
    from outcome where is_fresh group by all
),

reached as (
    select
        relanded.*,
        greatest(
            cast($newest_event_utc as timestamp), max(of_batch.newest_utc) over (order by relanded.landing_id)
        ) as newest_event_utc,
        greatest(cast($watermark_utc as timestamp), newest_event_utc - to_seconds($lateness_seconds)) as watermark_utc
    from relanded
    left join of_batch using (landing_id)
),

closing as (
    select
        *,
        lag(watermark_utc, 1, cast($watermark_utc as timestamp)) over (order by landing_id) as closed_before_utc
    from reached
),

of_fresh as (
    select
        outcome."_landing_id" as landing_id,
        count(*) filter (outcome.is_repeated) as repeated,
        count(*) filter (
            not outcome.is_repeated
            and time_bucket(to_milliseconds($window_ms), outcome.event_at_utc) + to_milliseconds($window_ms)
            <= closing.closed_before_utc
        ) as late
    from outcome
    inner join closing on outcome."_landing_id" = closing.landing_id
    where outcome.is_fresh
    group by all
),

of_replaced as (
    select
        replacing_landing_id as landing_id,
        count(*) as superseded
    from outcome where not is_standing and not is_repeated group by all
),

of_windows as (
    select
        "_landing_id" as landing_id,
        count(*) as windows
    from window_row
    group by all
)

select
    closing.* exclude (closed_before_utc),
    0 as waiting,
    closing.events - coalesce(of_values.taken, 0) as quarantined,
    coalesce(of_fresh.repeated, 0) as repeated,
    coalesce(of_replaced.superseded, 0) as superseded,
    coalesce(of_fresh.late, 0) as late,
    coalesce(of_windows.windows, 0) as windows
from closing
left join of_values using (landing_id)
left join of_fresh using (landing_id)
left join of_replaced using (landing_id)
left join of_windows using (landing_id)
