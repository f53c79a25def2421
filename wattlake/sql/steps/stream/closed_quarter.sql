-- One row is one meter's quarter-hour whose windows are all closed and whole, as a row of a meter file.
-- reads: gold.window_5min, gold.member_meter, ops.stream_register
with quarter as (
    select
        meter_id,
        direction,
        time_bucket(interval 15 minutes, period_start_utc) as quarter_utc,
        sum(energy_kwh) as energy_kwh,
        quality_of(max(quality_rank(quality))) as quality,
        if(bool_or(provenance = 'simulated'), 'simulated', 'measured') as provenance,
        max("_landing_id") as landing_id
    from gold.window_5min
    where period_start_utc >= $from_utc
    group by all
    -- A reading is of its whole interval.
    having sum(covered_seconds) = 900
)

select
    case
        when direction = 'production' and meter_id not in (
            select meter_id from gold.member_meter where measures = 'production'
        ) then meter_id || '-production'
        else meter_id
    end as meter_id,
    strftime(quarter_utc, '%Y-%m-%d %H:%M:%S') as period_start_utc,
    energy_kwh,
    -- A mapping needs a word in each row; whoever measures and says nothing has measured.
    coalesce(quality, 'measured') as quality,
    landing_id
from quarter
where
    provenance = $provenance
    and quarter_utc + interval 15 minutes <= $closed_utc
    and (
        landing_id > $landing_id
        or quarter_utc + interval 15 minutes > $closed_before_utc
        -- What the register tells otherwise since may not have been a reading before.
        or meter_id in (
            select changed.meter_id
            from ops.stream_register as changed
            where changed.landing_id > 0 and changed.landing_id >= $landing_id
        )
    )
order by all
