-- One row is one value of a message of a stream, of a meter and a direction, or a message that nobody could read.
-- reads: typed, member_meter = gold.member_meter
with metered as (
    select
        *,
        named_meter_id as metered_id
    from typed
    where named_meter_id is not null or named_member_id is null
    union all by name
    select
        typed.*,
        of_member.meter_id as metered_id
    from typed
    left join member_meter as of_member
        on
            typed.named_member_id = of_member.member_id
            and coalesce(typed.direction, 'consumption') = of_member.measures
            and typed.event_at_utc >= of_member.valid_from_utc
            and typed.event_at_utc < coalesce(of_member.valid_to_utc, timestamp 'infinity')
    where typed.named_meter_id is null and typed.named_member_id is not null
    qualify row_number() over (
        partition by typed."_topic", typed."_partition", typed."_offset", typed."_row" order by of_member.meter_id
    ) = 1
),

placed as (
    select
        *,
        direction as measured_direction
    from metered
    where direction is not null
    union all by name
    select
        *,
        -- A meter of both directions says in each message which it is of.
        if(
            exists (
                select 1
                from member_meter as of_meter
                where
                    of_meter.measures = 'production'
                    and metered.named_meter_id = of_meter.meter_id
                    and metered.event_at_utc >= of_meter.valid_from_utc
                    and metered.event_at_utc < coalesce(of_meter.valid_to_utc, timestamp 'infinity')
            ),
            'production',
            'consumption'
        ) as measured_direction
    from metered
    where direction is null
)

select
    metered_id as meter_id,
    named_member_id,
    event_at_utc,
    quantity,
    period_seconds as period_text,
    seconds,
    number,
    factor,
    if(
        factor = 1 and plain_number is not null, plain_number,
        six_decimals(try_cast(number * factor as decimal(32, 13)))
    ) as amount,
    measured_direction as direction,
    quality,
    "_received_at_utc" as received_at_utc,
    "_topic" as topic,
    "_partition" as partition,
    "_offset" as message_offset,
    "_row" as message_row,
    "_landing_id",
    refusal
from placed
