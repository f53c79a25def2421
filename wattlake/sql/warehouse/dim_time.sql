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
    season_of(local_date) as season,
    is_weekend,
    is_holiday,
    holiday_name
from gold.calendar
