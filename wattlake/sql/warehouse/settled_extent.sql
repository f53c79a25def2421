-- One row is how far settlement reaches, and the whole days between on the community's clock; no row if it has not begun.
with slot as (
    select
        period_start_utc,
        sum(members) as members
    from warehouse.fact_zone_slot
    group by period_start_utc
),

weighed as (
    select
        period_start_utc,
        -- What a few meters are ahead of the others, or a wrong clock of one, makes no day whole.
        2 * members >= max(members) over (
            order by period_start_utc rows between 1440 preceding and current row
        ) as is_usual
    from slot
),

reach as (
    select
        min(period_start_utc) as first_utc,
        max(period_start_utc) filter (where is_usual) as last_utc
    from weighed
),

-- The calendar has decades: joins with all of it took three times as long as those with the days at both ends.
near as (
    select
        calendar.period_start_utc,
        calendar.period_start_utc + to_minutes(calendar.period_minutes) as period_end_utc,
        calendar.local_date
    from reach
    inner join warehouse.dim_time as calendar
        on
            calendar.period_start_utc between reach.first_utc - interval 1 day and reach.first_utc
            or calendar.period_start_utc between reach.last_utc and reach.last_utc + interval 1 day
)

select
    reach.first_utc as from_utc,
    last_slot.period_end_utc as to_utc,
    -- A day is whole that begins in the extent and is over where it ends: the slot before and the one after are of others.
    coalesce(before.local_date + 1, first_slot.local_date) as first_date,
    coalesce(after.local_date, last_slot.local_date + 1) as end_date
from reach
inner join near as first_slot on reach.first_utc = first_slot.period_start_utc
inner join near as last_slot on reach.last_utc = last_slot.period_start_utc
left join near as before on reach.first_utc = before.period_end_utc
left join near as after on last_slot.period_end_utc = after.period_start_utc
