-- One row is one silence of a meter that is longer than its rhythm lets expect: it lasts, or was within a batch.
-- reads: series_after = ops.stream_series, series_event
with heard as (
    select
        *,
        epoch(seen_at_utc - newest_end_utc) as lag_seconds
    from series_after
    where quantity <> 'window'
    qualify seen_at_utc > max(seen_at_utc) over (partition by topic, partition) - to_seconds($grace_seconds)
),

-- Times of events go on as the clock does, from the distance between the two: also where the past is played. A quarter
-- of the meters has come that far: fewer may be wrong, or silent.
clock as (
    select
        topic,
        partition,
        max(seen_at_utc) as heard_at_utc,
        max(resumed_at_utc) as resumed_at_utc,
        $now_utc - to_milliseconds(
            cast(1000 * greatest(quantile_disc(lag_seconds, 0.25), 0) as bigint)
        ) as reached_utc
    from heard
    group by topic, partition
),

meter as (
    select
        meter_id,
        arg_max(member_id, newest_end_utc) as member_id,
        arg_max(zone, newest_end_utc) as zone,
        arg_max(topic, newest_end_utc) as topic,
        arg_max(partition, newest_end_utc) as partition,
        max(newest_end_utc) as newest_end_utc,
        min_by(quantity, rhythm_seconds) as quantity,
        min(rhythm_seconds) as rhythm_seconds,
        greatest($missing_rhythms * min(rhythm_seconds), $missing_least_seconds) as limit_seconds
    from series_after
    where rhythm_seconds is not null
    group by meter_id
),

stretch as (
    select
        meter.meter_id,
        meter.newest_end_utc as started_at_utc,
        cast(null as timestamp) as ended_at_utc,
        clock.reached_utc as seen_until_utc
    from meter
    inner join clock using (topic, partition)
    -- After a pause of ours, a partition is judged once it was heard again.
    where
        clock.heard_at_utc >= clock.resumed_at_utc
        or $now_utc > clock.resumed_at_utc + to_seconds($grace_seconds)
    union all by name
    select
        meter_id,
        previous_end_utc as started_at_utc,
        min(event_at_utc) as ended_at_utc,
        min(event_at_utc) as seen_until_utc
    from series_event
    semi join meter using (meter_id, quantity)
    where not is_ahead and not is_late and previous_end_utc is not null
    group by meter_id, previous_end_utc
)

select
    stretch.*,
    meter.member_id,
    meter.zone,
    meter.rhythm_seconds,
    meter.limit_seconds,
    epoch(stretch.seen_until_utc - stretch.started_at_utc) as silent_seconds
from stretch
inner join meter using (meter_id)
where silent_seconds > limit_seconds
