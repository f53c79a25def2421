-- One row is one event with a period, with those beside it that it overlaps by a chain of periods (crowd), if any.
-- reads: standing = silver.meter_event, replaced = silver.meter_event
with period as (
    select
        meter_id,
        direction,
        epoch_ms(event_at_utc) as from_ms,
        from_ms + period_seconds * 1000 as to_ms,
        units(energy_kwh) as units,
        quality_rank(quality) as quality_rank,
        provenance,
        is_changed,
        is_there,
        received_at_utc,
        topic,
        partition,
        message_offset,
        message_row,
        "_landing_id"
    from (
        select *, true as is_there from standing
        union all by name
        select *, true as is_changed, false as is_there from replaced
    )
    where quantity = 'energy'
),

reached as (
    select
        *,
        max(to_ms) over (in_order rows between unbounded preceding and 1 preceding) as reached_ms,
        coalesce(reached_ms > from_ms, false) or coalesce(lead(from_ms) over in_order < to_ms, false) as is_overlapping
    from period
    window in_order as (partition by meter_id, direction order by from_ms)
)

select
    * exclude (reached_ms, is_overlapping, received_at_utc, topic, partition, message_offset, message_row),
    cast(null as bigint) as crowd,
    null as came
from reached
where not is_overlapping
union all by name
select
    * exclude (reached_ms, is_overlapping, received_at_utc, topic, partition, message_offset, message_row),
    -- Those that begin at once are of one crowd, in whichever order they were looked at.
    count(*) filter (where from_ms >= coalesce(reached_ms, from_ms)) over (
        partition by meter_id, direction order by from_ms
    ) as crowd,
    -- What came later holds, where two overlap.
    {
        'landing': "_landing_id", 'received': received_at_utc, 'topic': topic, 'partition': partition,
        'message': message_offset, 'row': message_row
    } as came
from reached
where is_overlapping
