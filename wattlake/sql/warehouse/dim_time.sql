-- One row is one slot of the calendar, in UTC and on the community's clock.
select
    period_start_utc,
    period_minutes,
    local_start,
    local_date,
    local_hour,
    weekday,
    dayname(local_date) as weekday_name,
    month(local_date) as month,
    year(local_date) as year,
    case
        when month(local_date) in (12, 1, 2) then 'winter'
        when month(local_date) in (3, 4, 5) then 'spring'
        when month(local_date) in (6, 7, 8) then 'summer'
        else 'autumn'
    end as season,
    is_weekend,
    is_holiday,
    holiday_name
from gold.calendar
