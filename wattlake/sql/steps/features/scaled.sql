-- One row is one series at one issue: its scale, and the slots of the 56 days before in that unit, the oldest first.
-- reads: series_history = given
with sized as (
    select
        issue,
        series,
        readings,
        known_28d_utc,
        known_56d_utc,
        readings[28 * $slots + 1:] as recent,
        -- Of a series that stands still nothing is to be divided by nothing.
        if(list_count(recent) > 0, greatest(list_avg(recent), 1e-3), null) as scale
    from series_history
)

select
    issue,
    series,
    scale,
    list_transform(readings, lambda reading: reading / scale) as readings,
    known_28d_utc,
    known_56d_utc
from sized
