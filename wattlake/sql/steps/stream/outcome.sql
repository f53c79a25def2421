-- One row is one value of a batch, or one that silver had of the same meter, time, quantity and direction; with its fate.
-- reads: judged, near = silver.meter_event
with fresh as (
    select * exclude (quarantine_reason) from judged where quarantine_reason is null
),

together as (
    select
        *,
        true as is_fresh
    from fresh
    union all by name
    select
        near.*,
        false as is_fresh
    from near
    semi join fresh using (meter_id, event_at_utc, quantity, direction)
),

-- Most values came once: they need no order.
several as (
    select
        meter_id,
        event_at_utc,
        quantity,
        direction
    from together
    group by all
    having count(*) > 1
),

compared as (
    select
        *,
        row(energy_kwh, power_w, period_seconds, quality, provenance) as content,
        row_number() over in_order > 1 and content = lag(content) over in_order as is_repeated
    from together
    semi join several using (meter_id, event_at_utc, quantity, direction)
    window
        in_order as (
            partition by meter_id, event_at_utc, quantity, direction
            order by "_landing_id", received_at_utc, topic, partition, message_offset, message_row
        )
)

select
    *,
    false as is_repeated,
    true as is_standing
from together
anti join several using (meter_id, event_at_utc, quantity, direction)
union all by name
select
    * exclude (content),
    not is_repeated and row_number() over (
        partition by meter_id, event_at_utc, quantity, direction, is_repeated
        order by
            "_landing_id" desc, received_at_utc desc, topic desc, partition desc, message_offset desc, message_row desc
    ) = 1 as is_standing,
    -- Of a value that does not stand: the landing that replaced it.
    lead("_landing_id") over (
        partition by meter_id, event_at_utc, quantity, direction, is_repeated
        order by "_landing_id", received_at_utc, topic, partition, message_offset, message_row
    ) as replacing_landing_id
from compared
