-- One row is one reading of a mapped file with periods of several lengths, and whether they overlap or lie far apart.
-- reads: meter_register = meter_register + meter_energy
with spaced as (
    select
        *,
        min(period_start_utc) over behind as next_utc,
        max(period_start_utc + to_minutes(period_minutes)) over before as covered_to_utc
    from meter_register
    window
        behind as (
            partition by _landing_id, meter_id, row_reason is null order by period_start_utc
            range between interval 1 microsecond following and unbounded following
        ),
        before as (
            partition by _landing_id, meter_id, row_reason is null order by period_start_utc
            range between unbounded preceding and interval 1 microsecond preceding
        )
)

select
    * exclude (next_utc, covered_to_utc) replace (
        coalesce(row_reason, case
            when period_start_utc is null then null
            when next_utc < period_start_utc + to_minutes(period_minutes) or covered_to_utc > period_start_utc
                then 'closer together than its period'
            when
                count(next_utc) over of_meter > 1
                and min(date_diff('minute', period_start_utc, next_utc) / period_minutes) over of_meter >= 2
                then 'further apart than its period'
        end) as row_reason
    )
from spaced
window of_meter as (partition by _landing_id, meter_id, row_reason is null)
