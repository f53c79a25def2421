-- One row is what a member's energy in five minutes of a quarter of one day hardly ever exceeds, by the days before it.
-- reads: day = given, gold.energy_flow, gold.window_5min
with windows as (
    select
        member_id,
        direction,
        period_start_utc,
        sum(energy_kwh) as energy_kwh
    from gold.window_5min
    where
        period_start_utc >= $from_utc and period_start_utc < $to_utc
        and member_id is not null
        and covered_seconds = 300
    group by all
),

by_window as (
    select
        windows.member_id,
        windows.direction,
        day.period_start_utc,
        hour(windows.period_start_utc) // 6 as day_quarter,
        quantile_disc(windows.energy_kwh, $quantile) as limit_kwh,
        count(*) as seen_values
    from windows
    inner join day
        on
            windows.period_start_utc >= day.period_start_utc - to_days($usual_days)
            and windows.period_start_utc < day.period_start_utc
    group by all
    having count(*) >= $usual_windows
),

slot as (
    unpivot (
        select
            member_id,
            period_start_utc,
            period_minutes,
            if(consumption_minutes = period_minutes, consumption_kwh, null) as consumption,
            production_kwh as production
        from gold.energy_flow
        where period_start_utc >= $from_utc and period_start_utc < $to_utc
    ) on consumption, production into name direction value energy_kwh
),

by_slot as (
    select
        slot.member_id,
        slot.direction,
        day.period_start_utc,
        quarter.day_quarter,
        -- Five minutes may have more than their share of a slot.
        cast(
            quantile_disc(slot.energy_kwh, $quantile) * 5 * $slot_factor / any_value(slot.period_minutes)
            as decimal(18, 6)
        ) as limit_kwh,
        count(*) as seen_values
    from slot
    inner join day
        on
            slot.period_start_utc >= day.period_start_utc - to_days($usual_days)
            and slot.period_start_utc < day.period_start_utc
    cross join unnest([0, 1, 2, 3]) as quarter (day_quarter)
    group by all
    having sum(slot.period_minutes) >= $usual_slot_days * 1440
)

select
    coalesce(by_window.member_id, by_slot.member_id) as member_id,
    direction,
    period_start_utc,
    day_quarter,
    coalesce(by_window.limit_kwh, by_slot.limit_kwh) as limit_kwh,
    if(by_window.limit_kwh is null, by_slot.seen_values, by_window.seen_values) as seen_values,
    if(by_window.limit_kwh is null, 'slots', 'windows') as seen_in
from by_window
full join by_slot using (member_id, direction, period_start_utc, day_quarter)
