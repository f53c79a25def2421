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
        flow.consumption_kwh,
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
        * exclude (seen_units),
        list_median(seen_units) as usual_units,
        list_mad(seen_units) as deviation_units
    from (
        select
            member_id,
            month_utc,
            local_hour,
            is_day_off,
            list(units(consumption_kwh)) as seen_units
        from slot_before
        group by all
    )
),

member_before as (
    select
        member_id,
        month_utc,
        of_units(floor(quantile_cont(units(consumption_kwh), $anomaly_quantile))) as quantile_kwh
    from slot_before
    group by all
    -- Less than two weeks are no month.
    having sum(consumption_minutes) >= 14 * 1440
),

usual as (
    select
        * replace (month_utc + interval 1 month as month_utc),
        -- Where a member hardly ever deviates, the least that counts as deviating stands in.
        of_units(floor(
            usual_units + $anomaly_spike_mads
            * greatest(deviation_units, usual_units / 4, $anomaly_least_mad_w * 1000 * $slot_minutes / 60)
        )) as spike_kwh
    from hour_before
    inner join member_before using (member_id, month_utc)
)

select
    slot.member_id,
    slot.period_start_utc,
    slot.consumption_kwh,
    of_units(usual.usual_units) as usual_kwh,
    of_units(usual.deviation_units) as deviation_kwh,
    usual.spike_kwh,
    usual.quantile_kwh
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
    and slot.consumption_kwh > least(usual.spike_kwh, usual.quantile_kwh)
