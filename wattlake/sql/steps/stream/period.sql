-- One row is one event with a period, with those beside it that it overlaps by a chain of periods (crowd).
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
        -- What came later holds, where two overlap.
        {
            'landing': "_landing_id", 'received': received_at_utc, 'topic': topic, 'partition': partition,
            'message': message_offset, 'row': message_row
        } as came,
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
        max(to_ms) over (
            partition by meter_id, direction order by from_ms, came
            rows between unbounded preceding and 1 preceding
        ) as reached_ms
    from period
)

select
    * exclude (reached_ms),
    count(*) filter (where from_ms >= coalesce(reached_ms, from_ms)) over (
        partition by meter_id, direction order by from_ms, came rows unbounded preceding
    ) as crowd
from reached
