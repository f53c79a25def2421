-- One row is one series' slot of the clock: its weighted quantiles, the first reading that reaches a share of the weight.
-- reads: calendar, clock_day, kind
with sorted as (
    select
        issue,
        series,
        slot,
        list_sort(
            list_transform(
                list_filter(range(1, 57), lambda day: readings[day] is not null),
                lambda day: struct_pack(
                    reading := readings[day],
                    recent := fade_5d[day] / recent_weight,
                    kind := like_21d[day] / kind_weight,
                    recent_median := cast(null as double),
                    kind_low := cast(null as double),
                    kind_median := cast(null as double),
                    kind_high := cast(null as double)
                )
            )
        ) as upwards
    from clock_day
    inner join calendar using (issue, slot)
    inner join kind using (issue, series, slot)
),

reached as (
    select
        issue,
        series,
        slot,
        -- Going up, each quantile is the reading at hand as long as what lies below it has not its share yet.
        -- (The linter knows no lambda of two.)
        list_reduce(  -- noqa: PRS
            list_prepend(struct_pack(reading := null, recent := 0, kind := 0), upwards),
            lambda below, here: struct_pack(
                reading := here.reading,
                recent := below.recent + here.recent,
                kind := below.kind + here.kind,
                recent_median := if(below.recent < 0.5, here.reading, below.recent_median),
                kind_low := if(below.kind < 0.25, here.reading, below.kind_low),
                kind_median := if(below.kind < 0.5, here.reading, below.kind_median),
                kind_high := if(below.kind < 0.75, here.reading, below.kind_high)
            )
        ) as found
    from sorted
)

select
    reached.issue,
    reached.series,
    reached.slot,
    reached.found.recent_median as clock_median_recent,
    reached.found.kind_low,
    reached.found.kind_median,
    reached.found.kind_high
from reached
