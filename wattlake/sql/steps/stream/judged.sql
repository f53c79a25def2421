-- One row is one value of a message of a stream as silver has it, with what is wrong with it; or a message not read.
-- reads: event
with judged as (
    select
        *,
        case
            when refusal is not null then refusal
            when meter_id is null and named_member_id is null then 'no meter id'
            when meter_id is null then 'no meter of that member in the register at that time'
            -- A catalog cannot look for a text with it.
            when contains(meter_id, chr(0)) then 'NUL in the meter id'
            when event_at_utc is null then 'unreadable time, or one without its distance to UTC'
            when not is_in_calendar(event_at_utc) then 'outside the years of the calendar'
            -- A day's grace, for clocks that are ahead.
            when event_at_utc > received_at_utc + interval 1 day then 'later than its message'
            when quantity is null or quantity not in ('energy', 'power', 'total') then 'unknown quantity'
            when quantity = 'energy' and (seconds is null or seconds not between 1 and $most_period_seconds)
                then 'a period that is not of 1 to $most_period_seconds whole seconds'
            when factor is null then 'unknown unit'
            when number is null then 'unreadable number'
            when number < 0 then 'negative ' || quantity
            when amount is null or amount > if(quantity = 'energy', 1000, 1000000000) then 'impossible ' || quantity
            when direction not in ('consumption', 'production') then 'unknown direction'
            when quality not in ('measured', 'estimated', 'substituted', 'simulated') then 'unknown quality'
        end as quarantine_reason
    from event
)

select
    meter_id,
    event_at_utc,
    if(quantity = 'energy', seconds, null) as period_seconds,
    quantity,
    if(quantity <> 'power', amount, null) as energy_kwh,
    if(quantity = 'power', round(cast(amount as double), 3), null) as power_w,
    direction,
    if(quality = 'simulated', null, quality) as quality,
    if(quality = 'simulated', 'simulated', 'measured') as provenance,
    received_at_utc,
    topic,
    partition,
    message_offset,
    message_row,
    "_landing_id",
    quarantine_reason
from judged
