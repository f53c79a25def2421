-- One row is one series as a stream knows it after a batch.
-- reads: series = ops.stream_series, series_moved, member_window
with moved as (
    select * from series_moved
    union all by name
    select
        member_id as meter_id,
        direction,
        'window' as quantity,
        max(period_start_utc) as newest_at_utc,
        $now_utc as seen_at_utc
    from member_window
    group by all
),

every as (
    select * from moved
    union all by name
    select * exclude (resumed_at_utc)
    from series
    anti join moved using (meter_id, direction, quantity)
)

select
    *,
    -- A longer pause was ours, or nobody sent anything: partitions are heard one after the other then.
    coalesce(
        (
            select if(max(seen_at_utc) >= $now_utc - to_seconds($grace_seconds), max(resumed_at_utc), null)
            from series
        ),
        $now_utc
    ) as resumed_at_utc
from every
