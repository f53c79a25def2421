-- One row is one alert as a batch opens, ends or corrects it; one that merely goes on is not among them.
-- reads: point, alert_stretch, standing_alert
with correction as (
    select
        standing_alert.alert_id,
        arg_min(point, point.at_utc) as point
    from standing_alert
    inner join point
        on
            standing_alert.series = point.series
            and point.is_correction
            and standing_alert.started_at_utc <= point.at_utc
            and point.at_utc <= if(
                standing_alert.rule = 'frozen',
                coalesce(standing_alert.until_utc, timestamp 'infinity'),
                standing_alert.started_at_utc
            )
    where not contains(standing_alert.evidence, '; corrected: ')
    group by standing_alert.alert_id
),

changed as (
    select
        standing_alert.* exclude (until_utc) replace (
            if(
                correction.alert_id is null,
                standing_alert.until_utc,
                coalesce(standing_alert.until_utc, greatest(standing_alert.started_at_utc, correction.point.end_utc))
            ) as ended_at_utc,
            concat(standing_alert.evidence, '; corrected: ' || correction.point.correction) as evidence
        )
    from standing_alert
    left join correction using (alert_id)
    where
        correction.alert_id is not null
        or (standing_alert.ended_at_utc is null and standing_alert.until_utc is not null)
),

opened as (
    select
        alert_stretch.series,
        alert_stretch.first_point,
        alert_stretch.started_at_utc,
        least(any_value(alert_stretch.ended_at_utc), min(standing_alert.started_at_utc) filter (
            where standing_alert.started_at_utc > alert_stretch.started_at_utc
        )) as ended_at_utc
    from alert_stretch
    left join standing_alert using (series)
    group by all
    -- What begins within an alert is part of it, and what goes on with one that stood open.
    having not coalesce(bool_or(
        alert_stretch.started_at_utc = standing_alert.started_at_utc
        or (alert_stretch.goes_on and standing_alert.alert_id is not null and standing_alert.ended_at_utc is null)
        or (
            alert_stretch.started_at_utc > standing_alert.started_at_utc
            and alert_stretch.started_at_utc < coalesce(standing_alert.until_utc, timestamp 'infinity')
        )
    ), false)
)

select * exclude (series) from changed
union all by name
select
    substr(sha256(concat(series, '|', started_at_utc)), 1, 16) as alert_id,
    first_point.rule,
    first_point.severity,
    first_point.meter_id,
    first_point.member_id,
    first_point.zone,
    first_point.direction,
    first_point.quantity,
    started_at_utc,
    ended_at_utc,
    $now_utc as detected_at_utc,
    first_point.observed_value,
    first_point.limit_value,
    first_point.unit,
    first_point.evidence
from opened
