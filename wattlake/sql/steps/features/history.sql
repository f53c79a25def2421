-- One row is one member's slot on one of the 56 days before an issue, as far as it was known then.
-- reads: gold.calendar, gold.energy_flow, member = given
with clock as (
    select
        period_start_utc,
        local_start - to_hours($first_hour) as day_clock,
        date_diff('day', cast($first_day as date), cast(day_clock as date)) as day,
        (hour(day_clock) * 60 + minute(day_clock)) // $slot_minutes as slot
    from gold.calendar
    where period_start_utc >= $from_utc and period_start_utc < $at_utc
)

select
    member.series,
    cast(clock.day * $slots + clock.slot as integer) as place,
    units(flow.consumption_kwh) as consumption_units,
    flow.known_at_utc
from gold.energy_flow as flow
inner join member on flow.member_id = member.member_id
inner join clock on flow.period_start_utc = clock.period_start_utc
where
    flow.period_start_utc >= $from_utc and flow.period_start_utc < $at_utc
    and flow.known_at_utc <= $at_utc
    and flow.consumption_kwh is not null
    and clock.day between 0 and 55
