-- One row is one series' slot of the clock: its weighted quantiles, the first reading that reaches a share of the weight.
with reading as (
    select
        issue,
        series,
        slot,
        recent_weight,
        kind_weight,
        cast(unnest(range(56)) as tinyint) as day,
        unnest(readings) as reading,
        unnest(fade_5d) as fade_5d,
        unnest(like_21d) as like_21d
    from clock_day
    inner join calendar using (issue, slot)
    inner join kind using (issue, series, slot)
),

ordered as (
    select
        issue,
        series,
        slot,
        reading,
        -- Equal readings are ordered by their day, so that the sums are the same to the bit whoever adds them.
        sum(fade_5d) over upwards / recent_weight as recent_share,
        sum(like_21d) over upwards / kind_weight as kind_share
    from reading
    where reading is not null
    window upwards as (partition by issue, series, slot order by reading, day rows unbounded preceding)
)

select
    issue,
    series,
    slot,
    min(reading) filter (recent_share >= 0.5) as clock_median_recent,
    min(reading) filter (kind_share >= 0.25) as kind_low,
    min(reading) filter (kind_share >= 0.5) as kind_median,
    min(reading) filter (kind_share >= 0.75) as kind_high
from ordered
group by issue, series, slot
