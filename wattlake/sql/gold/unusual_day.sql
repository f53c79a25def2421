-- One row is one whole day of a member for a month that is judged: a day of that month, or of the one before to judge it by.
with part as (
    select
        flow.member_id,
        date_trunc('day', flow.period_start_utc) as day_utc,
        hour(flow.period_start_utc) // 4 as block,
        bool_or((calendar.is_weekend or calendar.is_holiday) and hour(flow.period_start_utc) = 12) as is_day_off,
        sum(flow.consumption_minutes) as minutes,
        units(sum(flow.consumption_kwh)) as energy_units,
        max(flow.consumption_kwh) as highest_kwh,
        min(flow.consumption_kwh) as lowest_kwh,
        count(*) as slots
    from gold.energy_flow as flow
    inner join gold.calendar as calendar on flow.period_start_utc = calendar.period_start_utc
    where
        flow.period_start_utc >= date_trunc('month', $from_utc) - interval 1 month
        and flow.period_start_utc < $to_utc
        and calendar.period_start_utc >= date_trunc('month', $from_utc) - interval 1 month
        and calendar.period_start_utc < $to_utc and flow.consumption_kwh is not null
    group by flow.member_id, day_utc, block
),

day as (
    select
        member_id,
        day_utc,
        date_trunc('month', day_utc) as month_utc,
        bool_or(is_day_off) as is_day_off,
        sum(energy_units) as energy_units,
        list_transform(range(6), lambda four: coalesce(map(list(block), list(energy_units))[four], 0)) as block_units,
        units(max(highest_kwh)) * sum(slots) as highest_units,
        units(min(lowest_kwh)) * sum(slots) as lowest_units
    from part
    group by member_id, day_utc
    having sum(minutes) >= 20 * 60 and sum(energy_units) > 0
),

usual as (
    select
        member_id,
        month_utc + interval 1 month as judged_month_utc,
        is_day_off,
        sum(energy_units) as energy_units,
        [
            sum(block_units[1]), sum(block_units[2]), sum(block_units[3]),
            sum(block_units[4]), sum(block_units[5]), sum(block_units[6])
        ] as block_units,
        sum(highest_units) as highest_units,
        sum(lowest_units) as lowest_units,
        count(*) as days
    from day
    group by member_id, month_utc, is_day_off
    -- Less than two weeks are no month.
    qualify sum(days) over (partition by member_id, month_utc) >= 14
)

select
    usual.judged_month_utc,
    day.month_utc = usual.judged_month_utc as is_judged,
    day.member_id,
    day.day_utc as period_start_utc,
    of_units(day.energy_units) as consumption_kwh,
    of_units(rounded_quotient(usual.energy_units, usual.days)) as usual_kwh,
    ln(day.energy_units * usual.days / usual.energy_units) as level,
    list_transform(
        range(1, 7),
        lambda block: day.block_units[block] / day.energy_units - usual.block_units[block] / usual.energy_units
    ) as shifts,
    day.highest_units / day.energy_units - usual.highest_units / usual.energy_units as peak,
    day.lowest_units / day.energy_units - usual.lowest_units / usual.energy_units as base
from day
inner join usual
    on
        day.member_id = usual.member_id
        and day.is_day_off = usual.is_day_off
        and (day.month_utc = usual.judged_month_utc or day.month_utc + interval 1 month = usual.judged_month_utc)
where
    usual.judged_month_utc >= date_trunc('month', $from_utc)
    and usual.judged_month_utc < $to_utc
    and (day.month_utc < usual.judged_month_utc or (day.day_utc >= $from_utc and day.day_utc < $to_utc))
