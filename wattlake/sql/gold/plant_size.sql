-- One row is the size that one plant's panels which the register does not know are taken to have on one UTC day.
with estimate as (
    select
        day.plant_id,
        day.period_start_utc,
        -- In winter there may be no strong light in a month; then the best moment is all there is.
        coalesce(median(before.standard_w), max(before.best_w)) / (1000 * $reference_performance_ratio) as kwp
    from gold.plant_best as day
    inner join gold.plant_best as before
        on
            day.plant_id = before.plant_id
            and before.period_start_utc between day.period_start_utc - interval 30 day and day.period_start_utc
    where
        day.period_start_utc >= $from_utc
        and day.period_start_utc < $to_utc
        and before.period_start_utc >= $from_utc - interval 30 day
        and before.period_start_utc < $to_utc
    group by all
)

select
    plant_id,
    period_start_utc,
    cast(kwp as decimal(12, 3)) as panel_kwp
from estimate
where kwp >= 0.001
