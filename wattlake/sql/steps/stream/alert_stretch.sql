-- One row is one stretch of a batch in which a series is wrong from point to point, until it is fine again.
-- reads: point
with counted as (
    select
        *,
        count(*) filter (where is_fine) over (
            partition by series, is_late order by at_utc rows unbounded preceding
        ) as fines
    from point
    where is_wrong or is_fine
),

fine as (
    select
        series,
        fines,
        min(at_utc) as at_utc
    from counted
    where is_fine and not is_late
    group by all
)

select
    counted.series,
    counted.fines = 0 and not counted.is_late as goes_on,
    arg_min(counted.since_utc, counted.at_utc) as started_at_utc,
    -- What comes late is over: the series has gone on since.
    if(counted.is_late, max(counted.end_utc), min(fine.at_utc)) as ended_at_utc,
    arg_min(counted, counted.at_utc) as first_point
from counted
left join fine on counted.series = fine.series and counted.fines + 1 = fine.fines
where counted.is_wrong
group by counted.series, counted.is_late, counted.fines
