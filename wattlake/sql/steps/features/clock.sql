-- One row is one series' slot of the clock: what it usually brings.
-- reads: clock_day
with recent as (
    select
        issue,
        series,
        slot,
        known_56d_utc,
        readings,
        readings[29:] as month,
        readings[43:] as fortnight,
        readings[50:] as week,
        list_sort(month, 'ASC', 'NULLS LAST') as month_upwards,
        list_sort(week, 'ASC', 'NULLS LAST') as week_upwards
    from clock_day
)

select
    issue,
    series,
    slot,
    known_56d_utc as clock_known_at_utc,
    list_avg(week) as clock_mean_7d,
    list_avg(fortnight) as clock_mean_14d,
    list_avg(month) as clock_mean_28d,
    list_avg(readings) as clock_mean_56d,
    -- The first that reaches the quantile's share of the days.
    week_upwards[cast(ceil(0.5 * list_count(week)) as integer)] as clock_median_7d,
    month_upwards[cast(ceil(0.1 * list_count(month)) as integer)] as clock_low_28d,
    month_upwards[cast(ceil(0.5 * list_count(month)) as integer)] as clock_median_28d,
    month_upwards[cast(ceil(0.9 * list_count(month)) as integer)] as clock_high_28d,
    list_stddev_pop(month) as clock_spread_28d,
    list_stddev_pop(week) as clock_spread_7d,
    list_min(week) as clock_lowest_7d,
    list_avg([readings[50], readings[43], readings[36], readings[29]]) as weekday_mean_4w
from recent
