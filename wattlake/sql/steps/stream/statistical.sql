-- One row is a member's touched window of five minutes, and whether its energy is beyond what the month before had.
-- reads: member_window = gold.window_5min, live_limit = gold.live_limit, series = ops.stream_series
-- reads: impossible, stored_alert
with spoiled as (
    select
        member_id,
        direction,
        at_utc as from_utc,
        end_utc as to_utc
    from impossible
    where is_wrong
    union all
    select
        member_id,
        direction,
        started_at_utc as from_utc,
        coalesce(ended_at_utc, timestamp 'infinity') as to_utc
    from stored_alert
    where rule = 'impossible'
),

judged as (
    select
        member_window.*,
        live_limit.limit_kwh,
        live_limit.seen_values,
        live_limit.seen_in,
        coalesce(member_window.period_start_utc <= series.newest_at_utc, false) as is_late
    from member_window
    inner join live_limit
        on
            member_window.member_id = live_limit.member_id
            and member_window.direction = live_limit.direction
            and date_trunc('day', member_window.period_start_utc) = live_limit.period_start_utc
            and hour(member_window.period_start_utc) // 6 = live_limit.day_quarter
    left join series
        on
            member_window.member_id = series.meter_id
            and member_window.direction = series.direction
            and series.quantity = 'window'
    -- What cannot be is told as that, and is not unlikely, too.
    where
        not exists (
            select 1
            from spoiled
            where
                member_window.member_id = spoiled.member_id
                and member_window.direction = spoiled.direction
                and member_window.period_start_utc <= spoiled.to_utc
                and member_window.period_start_utc + interval 5 minutes > spoiled.from_utc
        )
)

select
    'statistical' as rule,
    'warn' as severity,
    cast(null as varchar) as meter_id,
    member_id,
    zone,
    direction,
    cast(null as varchar) as quantity,
    period_start_utc as at_utc,
    period_start_utc as since_utc,
    period_start_utc + interval 5 minutes as end_utc,
    energy_kwh > limit_kwh as is_wrong,
    not is_wrong and is_covered as is_fine,
    is_late,
    not is_wrong as is_correction,
    cast(energy_kwh as double) as observed_value,
    cast(limit_kwh as double) as limit_value,
    'kWh' as unit,
    concat(
        direction, ' of ', short_number(energy_kwh), ' kWh in five minutes is beyond ', short_number(limit_kwh),
        ' kWh, which of the ', seen_values, ' ', seen_in, ' of the ', $usual_days, ' days before one in ',
        short_number(1 / (1 - $quantile)), ' exceeds'
    ) as evidence
from judged
