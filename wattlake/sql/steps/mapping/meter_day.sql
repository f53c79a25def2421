-- One row is one cell of a mapped meter file in which intervals are counted from midnight, with how many its day has.
-- reads: meter_cell
select
    * replace (
        case
            when $is_day_per_row
                then max(slot + 1) filter (where not is_blank) over (partition by _landing_id, line)
            else max(slot + 1) over (partition by _landing_id, meter_id, label)
        end as intervals_in_row
    )
from meter_cell
