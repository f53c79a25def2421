-- One row is one slot of the years 2000 to 2040, in UTC and on the community's clock.
with slot as (
    select unnest(
        generate_series(timestamp '2000-01-01', timestamp '2040-12-31 23:59', to_minutes($slot_minutes))
    ) as period_start_utc
),

local_slot as (
    select
        period_start_utc,
        timezone($timezone, timezone('UTC', period_start_utc)) as local_start
    from slot
)

select
    local_slot.period_start_utc,
    $slot_minutes as period_minutes,
    local_slot.local_start,
    cast(local_slot.local_start as date) as local_date,
    hour(local_slot.local_start) as local_hour,
    isodow(local_slot.local_start) as weekday,
    isodow(local_slot.local_start) >= 6 as is_weekend,
    holiday.local_date is not null as is_holiday,
    holiday.holiday_name
from local_slot
left join gold.holiday as holiday on cast(local_slot.local_start as date) = holiday.local_date
