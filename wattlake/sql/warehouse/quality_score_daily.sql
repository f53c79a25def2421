-- One row is one table on one UTC day on which it was checked, and the part of what was looked at that was in order.
with judged as (
    select
        table_name,
        cast(checked_at_utc as date) as checked_on,
        dimension,
        count(*) as checks,
        count(*) filter (where rows_failing > 0) as checks_failed,
        sum(rows_seen) as rows_seen,
        sum(rows_failing) as rows_failing
    from ops.check_result
    group by all
),

scored as (
    select
        *,
        -- Where nothing was seen nothing is said; what is lacking altogether can be more than what was seen.
        case
            when rows_failing > rows_seen then 0
            when rows_seen > 0 then 1 - cast(rows_failing as double) / cast(rows_seen as double)
        end as ratio
    from judged
)

select
    table_name,
    checked_on,
    cast(sum(checks) as bigint) as checks,
    cast(sum(checks_failed) as bigint) as checks_failed,
    max(ratio) filter (where dimension = 'completeness') as completeness_ratio,
    max(ratio) filter (where dimension = 'validity') as validity_ratio,
    max(ratio) filter (where dimension = 'uniqueness') as uniqueness_ratio,
    max(ratio) filter (where dimension = 'timeliness') as timeliness_ratio,
    max(ratio) filter (where dimension = 'consistency') as consistency_ratio
from scored
group by table_name, checked_on
