-- One row is one series' slot of the day that is forecast: all that is known of it at the issue, and since when.
-- reads: calendar, clock, community, kind, lag, level, middle, unusual
select
    issue,
    series,
    slot,
    level.level_known_at_utc,
    clock.clock_known_at_utc,
    community.community_known_at_utc,
    calendar.clock_hour, calendar.weekday, calendar.is_off, calendar.is_off_before, calendar.is_off_after,
    calendar.month, calendar.season_number,
    lag.lag_24h, lag.lag_48h, lag.lag_72h, lag.lag_96h, lag.lag_120h, lag.lag_144h, lag.lag_168h, lag.lag_336h,
    lag.lag_504h, lag.lag_672h, lag.lag_26h, lag.lag_25h, lag.lag_23h, lag.lag_22h, lag.lag_170h, lag.lag_169h,
    lag.lag_167h, lag.lag_166h, level.mean_last_1h, level.mean_last_2h, level.mean_last_3h, level.mean_last_6h,
    level.mean_last_12h, level.day_24h, level.day_48h, level.day_168h, level.mean_7d, level.day_spread_28d,
    level.spread_24h, level.spread_28d, level.lowest_7d, level.highest_24h, level.highest_7d, level.lowest_peak_7d,
    clock.clock_mean_7d, clock.clock_mean_14d, clock.clock_mean_28d, clock.clock_mean_56d, clock.clock_median_7d,
    middle.clock_median_recent, clock.clock_low_28d, clock.clock_median_28d, clock.clock_high_28d,
    kind.clock_mean_recent, clock.clock_spread_28d, clock.clock_spread_7d, clock.clock_lowest_7d,
    clock.weekday_mean_4w, middle.kind_low, middle.kind_median, middle.kind_high, kind.kind_mean,
    kind.kind_mean_newest, kind.kind_mean_smooth, unusual.unusual_last_3h, unusual.unusual_last_6h,
    unusual.unusual_last_24h, community.community_24h, community.community_evening, community.community_trend,
    level.log_scale
from level
inner join calendar using (issue)
inner join community using (issue)
inner join lag using (issue, series, slot)
inner join clock using (issue, series, slot)
inner join kind using (issue, series, slot)
inner join unusual using (issue, series)
inner join middle using (issue, series, slot)
order by issue, series, slot
