-- One row is one series' slot of the clock: what it brings of late and on days of the day's kind, the newest days most.
-- reads: calendar, clock_day
with masked as (
    select
        issue,
        series,
        slot,
        readings[56] as yesterday,
        list_transform(readings, lambda reading: coalesce(reading, 0)) as known,
        list_transform(readings, lambda reading: if(reading is null, 0e0, 1e0)) as is_known
    from clock_day
),

usual as (
    select
        issue,
        series,
        slot,
        yesterday,
        nullif(list_inner_product(is_known, fade_5d), 0) as recent_weight,
        nullif(list_inner_product(is_known, like_21d), 0) as kind_weight,
        list_inner_product(known, fade_5d) / recent_weight as clock_mean_recent,
        list_inner_product(known, like_21d) / kind_weight as kind_mean,
        list_inner_product(known, like_5d) / nullif(list_inner_product(is_known, like_5d), 0) as kind_mean_newest
    from masked
    inner join calendar using (issue, slot)
)

select
    issue,
    series,
    slot,
    recent_weight,
    kind_weight,
    clock_mean_recent,
    kind_mean,
    kind_mean_newest,
    (
        nth_value(kind_mean, if(slot = 0, $slots, slot)) over whole + 2 * kind_mean
        + nth_value(kind_mean, if(slot = $slots - 1, 1, slot + 2)) over whole
    ) / 4 as kind_mean_smooth,
    yesterday - kind_mean as unusual
from usual
window whole as (partition by issue, series order by slot rows between unbounded preceding and unbounded following)
