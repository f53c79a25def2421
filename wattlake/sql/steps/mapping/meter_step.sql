-- One row is one reading of a mapped file whose periods are told by its times: each regular stretch has its own.
-- reads: meter_time
with instant as (
    select distinct _landing_id, meter_id, period_start_utc as at_utc
    from meter_time
    where period_start_utc is not null and row_reason is null
),

stepped as (
    select
        *,
        date_diff('second', lag(at_utc) over in_time, at_utc) as before_s,
        date_diff('second', at_utc, lead(at_utc) over in_time) as after_s,
        -- A step is regular where the one before or behind it is as long.
        before_s in (after_s, date_diff('second', lag(at_utc, 2) over in_time, lag(at_utc) over in_time))
            as is_regular_before,
        after_s in (before_s, date_diff('second', lead(at_utc) over in_time, lead(at_utc, 2) over in_time))
            as is_regular_after
    from instant
    window in_time as (partition by _landing_id, meter_id order by at_utc)
),

measured as (
    select
        _landing_id, meter_id, at_utc,
        case when $steps_end then [
            case when is_regular_before then before_s end, case when is_regular_after then after_s end
        ] else [
            case when is_regular_after then after_s end, case when is_regular_before then before_s end
        ] end as lengths_s,
        coalesce(lengths_s[1], lengths_s[2]) as length_s
    from stepped
)

select
    reading.* replace (
        cast(case when length_s % 60 = 0 and 60 % (length_s // 60) = 0 then length_s // 60 end as integer)
            as period_minutes,
        case when $steps_end then at_utc - to_seconds(length_s) else reading.period_start_utc end as period_start_utc,
        coalesce(row_reason, case
            when reading.period_start_utc is null then null
            when length_s is null then 'no regular step to tell its period'
            when length_s > 3600 then 'further apart than its period'
            when length_s % 60 <> 0 or 60 % (length_s // 60) <> 0 then 'no period that divides an hour'
        end) as row_reason
    )
from meter_time as reading
left join measured
    on
        reading._landing_id = measured._landing_id
        and reading.meter_id = measured.meter_id
        and reading.period_start_utc = measured.at_utc
