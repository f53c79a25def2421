-- One row is one alert of a silent meter as a batch, or the passing of time, opens or ends it.
-- reads: silence, series_event, stored_alert
with missing as (
    select * from stored_alert where rule = 'missing'
),

heard as (
    select
        missing.alert_id,
        -- Whoever was only late is not heard again, but was all along.
        min(series_event.event_at_utc) filter (where series_event.event_at_utc >= missing.started_at_utc) as at_utc
    from missing
    inner join series_event using (meter_id)
    where not series_event.is_ahead and series_event.event_end_utc > missing.started_at_utc
    group by missing.alert_id
),

spoke as (
    select
        missing.* replace (
            coalesce(missing.ended_at_utc, heard.at_utc, missing.started_at_utc) as ended_at_utc,
            concat(
                missing.evidence,
                if(
                    missing.ended_at_utc is not null
                    or epoch(heard.at_utc - missing.started_at_utc) < missing.limit_value,
                    concat('; corrected: an event of ', short_time(heard.at_utc), ' came later'),
                    ''
                )
            ) as evidence
        )
    from missing
    inner join heard using (alert_id)
    where
        missing.ended_at_utc is null
        or (heard.at_utc < missing.ended_at_utc and not contains(missing.evidence, '; corrected: '))
)

select * exclude (series) from spoke
union all by name
select
    substr(sha256(concat('missing|', meter_id, '|', started_at_utc)), 1, 16) as alert_id,
    'missing' as rule,
    'error' as severity,
    meter_id,
    member_id,
    zone,
    started_at_utc,
    ended_at_utc,
    $now_utc as detected_at_utc,
    silent_seconds as observed_value,
    limit_seconds as limit_value,
    's' as unit,
    concat(
        'nothing came for ', short_number(silent_seconds), ' s after ', short_time(started_at_utc),
        '; it used to come every ', short_number(rhythm_seconds), ' s, and more than ', short_number(limit_seconds),
        ' s are too long'
    ) as evidence
from silence
where
    not exists (
        select 1
        from missing
        where
            missing.meter_id = silence.meter_id
            and silence.started_at_utc >= missing.started_at_utc
            and silence.started_at_utc < coalesce(missing.ended_at_utc, timestamp 'infinity')
    )
