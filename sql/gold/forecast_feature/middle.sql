-- One row is one series' slot of the clock: its weighted quantiles, the first reading that reaches a share of the weight.
with reading as (
    select
        issue,
        series,
        slot,
        unnest(range(56)) as day,
        unnest(readings) as reading,
        unnest(fade_5d) as fade_5d,
        unnest(like_21d) as like_21d
    from clock_day
    inner join calendar using (issue, slot)
),

ordered as (
    select
        issue,
        series,
        slot,
        reading,
        -- Equal readings are ordered by their day, so that the sums are the same to the bit whoever adds them.
        sum(fade_5d) over upwards as recent_share,
        sum(like_21d) over upwards as kind_share
    from reading
    where reading is not null
    window upwards as (partition by issue, series, slot order by reading, day rows unbounded preceding)
),

whole as (
    select
        *,
        max(recent_share) over (partition by issue, series, slot) as recent_whole,
        max(kind_share) over (partition by issue, series, slot) as kind_whole
    from ordered
)

select
    issue,
    series,
    slot,
    min(reading) filter (recent_share >= 0.5 * recent_whole) as clock_median_recent,
    min(reading) filter (kind_share >= 0.25 * kind_whole) as kind_low,
    min(reading) filter (kind_share >= 0.5 * kind_whole) as kind_median,
    min(reading) filter (kind_share >= 0.75 * kind_whole) as kind_high
from whole
group by issue, series, slot
