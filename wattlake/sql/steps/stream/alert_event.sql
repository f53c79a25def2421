-- One row is one value of a batch that alerts judge: new to the lake, or set aside for what makes an alert.
-- reads: outcome, judged, replaced = silver.meter_event, member_meter = gold.member_meter
with event as (
    select
        outcome.meter_id,
        outcome.event_at_utc,
        outcome.period_seconds,
        outcome.quantity,
        outcome.energy_kwh,
        outcome.power_w,
        outcome.direction,
        outcome.received_at_utc,
        outcome.topic,
        outcome.partition,
        outcome.message_offset,
        outcome.message_row,
        replaced.meter_id is not null as is_correction
    from outcome
    left join replaced using (meter_id, event_at_utc, quantity, direction)
    where outcome.is_fresh and outcome.is_standing
    union all by name
    select
        meter_id,
        event_at_utc,
        period_seconds,
        quantity,
        energy_kwh,
        power_w,
        direction,
        received_at_utc,
        topic,
        partition,
        message_offset,
        message_row,
        false as is_correction
    from judged
    where
        quarantine_reason in ('negative energy', 'negative power', 'negative total', 'later than its message')
        or quarantine_reason like 'impossible %'
)

select
    event.*,
    member_meter.member_id,
    member_meter.zone
from event
left join member_meter
    on
        event.meter_id = member_meter.meter_id
        and event.event_at_utc >= member_meter.valid_from_utc
        and event.event_at_utc < coalesce(member_meter.valid_to_utc, timestamp 'infinity')
where event.energy_kwh is not null or event.power_w is not null
qualify row_number() over (
    partition by event.topic, event.partition, event.message_offset, event.message_row
    order by member_meter.measures = event.direction desc nulls last, member_meter.member_id
) = 1
