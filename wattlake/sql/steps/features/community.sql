-- One row is the community at one issue: how it moved as a whole, as cold spells and holidays show in all homes at once.
-- reads: scaled
with reading as (
    select
        issue,
        known_28d_utc,
        unnest(range(28 * $slots)) as place,
        unnest(readings[28 * $slots + 1:]) as reading
    from scaled
),

together as (
    select
        issue,
        place,
        max(known_28d_utc) as known_28d_utc,
        -- Decimals add up to the same sum in any order.
        cast(sum(cast(reading as decimal(28, 9))) as double) / count(reading) as reading
    from reading
    group by issue, place
),

month as (
    select
        issue,
        max(known_28d_utc) as known_28d_utc,
        list(reading order by place) as readings
    from together
    group by issue
),

week_before as (
    select
        issue,
        known_28d_utc,
        readings,
        list_transform(
            range($slots), lambda slot: list_avg(list_slice(readings, 20 * $slots + slot + 1, 27 * $slots, $slots))
        ) as week
    from month
)

select
    issue,
    known_28d_utc as community_known_at_utc,
    list_avg(readings[27 * $slots + 1:]) / list_avg(week) as community_24h,
    list_avg(readings[27 * $slots + 18 * $slots // 24 + 1:])
    / list_avg(week[18 * $slots // 24 + 1:]) as community_evening,
    list_avg(readings[21 * $slots + 1:]) / list_avg(readings) as community_trend
from week_before
