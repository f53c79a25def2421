-- One row is one slot in which a member consumed more than its own month before lets expect.
with month_before as (
    select distinct date_trunc('month', period_start_utc) - interval 1 month as month_utc
    from gold.energy_balance_daily
    where period_start_utc >= $from_utc and period_start_utc < $to_utc
),

-- Materialized, so that slots meet the calendar first: the other way round each hour of a month meets all its days.
slot as materialized (
    select
        flow.member_id,
        flow.period_start_utc,
        date_trunc('month', flow.period_start_utc) as month_utc,
        calendar.local_hour,
        calendar.is_weekend or calendar.is_holiday as is_day_off,
        flow.consumption_wh,
        flow.consumption_minutes,
        flow.period_minutes
    from gold.energy_flow as flow
    inner join gold.calendar as calendar
        on
            flow.period_start_utc = calendar.period_start_utc
            and calendar.period_start_utc >= date_trunc('month', $from_utc) - interval 1 month
            and calendar.period_start_utc < $to_utc
    where
        flow.period_start_utc >= date_trunc('month', $from_utc) - interval 1 month
        and flow.period_start_utc < $to_utc
),

slot_before as (
    select slot.*
    from slot
    semi join month_before on slot.month_utc = month_before.month_utc
    where
        slot.period_start_utc < date_trunc('month', $to_utc - interval 1 second)
        and slot.consumption_minutes = slot.period_minutes
),

-- Both come from one list: it takes half the time that two aggregates take.
hour_before as (
    select
        * exclude (seen_wh),
        list_median(seen_wh) as usual_wh,
        list_mad(seen_wh) as deviation_wh
    from (
        select
            member_id,
            month_utc,
            local_hour,
            is_day_off,
            list(consumption_wh) as seen_wh
        from slot_before
        group by all
    )
),

member_before as (
    select
        member_id,
        month_utc,
        cast(floor(quantile_cont(consumption_wh, $anomaly_quantile)) as bigint) as quantile_wh
    from slot_before
    group by all
    -- Less than two weeks are no month.
    having sum(consumption_minutes) >= 14 * 1440
),

usual as (
    select
        * replace (month_utc + interval 1 month as month_utc),
        -- Where a member hardly ever deviates, the least that counts as deviating stands in.
        cast(floor(
            usual_wh
            + $anomaly_spike_mads * greatest(deviation_wh, usual_wh / 4, $anomaly_least_mad_w * $slot_minutes / 60)
        ) as bigint) as spike_wh
    from hour_before
    inner join member_before using (member_id, month_utc)
)

select
    slot.member_id,
    slot.period_start_utc,
    slot.consumption_wh,
    cast(usual.usual_wh as decimal(12, 2)) as usual_wh,
    cast(usual.deviation_wh as decimal(12, 2)) as deviation_wh,
    usual.spike_wh,
    usual.quantile_wh
from slot
inner join usual
    on
        slot.member_id = usual.member_id
        and slot.month_utc = usual.month_utc
        and slot.local_hour = usual.local_hour
        and slot.is_day_off = usual.is_day_off
where
    slot.period_start_utc >= $from_utc
    and slot.period_start_utc < $to_utc
    and slot.consumption_wh > least(usual.spike_wh, usual.quantile_wh)
