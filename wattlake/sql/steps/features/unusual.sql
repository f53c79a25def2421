-- One row is one series at one issue: how far its last day and evening were from what such days bring.
-- reads: kind
with daily as (
    select
        issue,
        series,
        list(unusual order by slot) as unusual
    from kind
    group by issue, series
)

select
    issue,
    series,
    list_avg(unusual[21 * $slots // 24 + 1:]) as unusual_last_3h,
    list_avg(unusual[18 * $slots // 24 + 1:]) as unusual_last_6h,
    list_avg(unusual) as unusual_last_24h
from daily
