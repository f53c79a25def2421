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
),

judged_event as (
    select * from event
    where energy_kwh is not null or power_w is not null
),

-- Most meters are once in the register: their events need no order.
several as (
    select meter_id from member_meter
    group by meter_id
    having count(*) > 1
)

select
    judged_event.*,
    member_meter.member_id,
    member_meter.zone
from judged_event
left join member_meter
    on
        judged_event.meter_id = member_meter.meter_id
        and judged_event.event_at_utc >= member_meter.valid_from_utc
        and judged_event.event_at_utc < coalesce(member_meter.valid_to_utc, timestamp 'infinity')
where judged_event.meter_id not in (select several.meter_id from several where several.meter_id is not null)
union all
select
    judged_event.*,
    member_meter.member_id,
    member_meter.zone
from judged_event
left join member_meter
    on
        judged_event.meter_id = member_meter.meter_id
        and judged_event.event_at_utc >= member_meter.valid_from_utc
        and judged_event.event_at_utc < coalesce(member_meter.valid_to_utc, timestamp 'infinity')
where judged_event.meter_id in (select several.meter_id from several)
qualify row_number() over (
    partition by judged_event.topic, judged_event.partition, judged_event.message_offset, judged_event.message_row
    order by member_meter.measures = judged_event.direction desc nulls last, member_meter.member_id
) = 1
