-- One row is one series at one issue: its last hours before the issue, and how high and how uneven its last days and weeks were.
-- reads: scaled
with daily as (
    select
        *,
        readings[28 * $slots + 1:] as month,
        readings[49 * $slots + 1:] as week,
        readings[55 * $slots + 1:] as yesterday,
        -- Taken one by one: a slice of a long list costs as much as the list is long.
        list_transform(
            range(28, 56),
            lambda day: list_transform(range(1, $slots + 1), lambda slot: readings[day * $slots + slot])
        ) as days,
        list_transform(days, lambda day: list_avg(day)) as means,
        list_transform(days[22:], lambda day: list_max(day)) as peaks
    from scaled
)

select
    issue,
    series,
    known_28d_utc as level_known_at_utc,
    list_avg(yesterday[23 * $slots // 24 + 1:]) as mean_last_1h,
    list_avg(yesterday[22 * $slots // 24 + 1:]) as mean_last_2h,
    list_avg(yesterday[21 * $slots // 24 + 1:]) as mean_last_3h,
    list_avg(yesterday[18 * $slots // 24 + 1:]) as mean_last_6h,
    list_avg(yesterday[12 * $slots // 24 + 1:]) as mean_last_12h,
    means[28] as day_24h,
    means[27] as day_48h,
    means[22] as day_168h,
    list_avg(means[22:]) as mean_7d,
    list_stddev_pop(means) as day_spread_28d,
    list_stddev_pop(yesterday) as spread_24h,
    list_stddev_pop(month) as spread_28d,
    list_min(week) as lowest_7d,
    list_max(yesterday) as highest_24h,
    list_max(week) as highest_7d,
    list_min(peaks) as lowest_peak_7d,
    ln(scale) as log_scale
from daily
