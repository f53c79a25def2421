-- One row is one series' slot of the clock: what it usually brings.
with sorted as (
    select
        issue,
        series,
        slot,
        known_56d_utc,
        readings,
        list_sort(readings[50:], 'ASC', 'NULLS LAST') as week,
        list_sort(readings[29:], 'ASC', 'NULLS LAST') as month,
        list_count(readings[50:]) as week_days,
        list_count(readings[29:]) as month_days
    from clock_day
)

select
    issue,
    series,
    slot,
    known_56d_utc as clock_known_at_utc,
    list_avg(readings[50:]) as clock_mean_7d,
    list_avg(readings[43:]) as clock_mean_14d,
    list_avg(readings[29:]) as clock_mean_28d,
    list_avg(readings) as clock_mean_56d,
    -- The first that reaches the quantile's share of the days.
    week[cast(ceil(0.5 * week_days) as integer)] as clock_median_7d,
    month[cast(ceil(0.1 * month_days) as integer)] as clock_low_28d,
    month[cast(ceil(0.5 * month_days) as integer)] as clock_median_28d,
    month[cast(ceil(0.9 * month_days) as integer)] as clock_high_28d,
    list_stddev_pop(readings[29:]) as clock_spread_28d,
    list_stddev_pop(readings[50:]) as clock_spread_7d,
    list_min(readings[50:]) as clock_lowest_7d,
    list_avg([readings[50], readings[43], readings[36], readings[29]]) as weekday_mean_4w
from sorted
