-- One row is one hour of the calendar on the community's clock; the hour that comes twice is two rows.
select
    key_of_time(hour_begun_utc(period_start_utc, local_start)) as time_sk,
    local_date as date,
    local_hour as hour,
    any_value(weekday) as day_of_week,
    any_value(is_weekend) as is_weekend,
    any_value(is_holiday) as is_holiday,
    month(local_date) as month,
    quarter(local_date) as quarter,
    year(local_date) as year
from gold.calendar
group by hour_begun_utc(period_start_utc, local_start), local_date, local_hour
