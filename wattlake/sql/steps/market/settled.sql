-- One row is one slot in which a member is settled, as the ledger has it now.
-- reads: gold.settled_position
with position as (
    select
        member_id,
        period_start_utc,
        entry
    from gold.settled_position
    where period_start_utc >= $from_utc and period_start_utc < $to_utc
),

taken_back as (
    select distinct period_start_utc
    from position
    where entry < 0
)

-- Of a slot that was never taken back each row counts: to group them all takes as long as the rest of the check.
select
    position.member_id,
    position.period_start_utc
from position
anti join taken_back on position.period_start_utc = taken_back.period_start_utc
union all
select
    position.member_id,
    position.period_start_utc
from position
semi join taken_back on position.period_start_utc = taken_back.period_start_utc
group by position.member_id, position.period_start_utc
having sum(position.entry) > 0
