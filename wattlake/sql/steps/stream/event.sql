-- One row is one value of a message of a stream, typed, or a message that nobody could read; with what is wrong with it.
-- reads: event_row = bronze.meter_events, member_meter = gold.member_meter
with as_written as (
    select
        *,
        nullif(trim(meter_id), '') as named_meter_id,
        nullif(trim(member_id), '') as named_member_id,
        coalesce(
            if(has_offset("time"), iso_time("time"), null),
            -- Since 1970 in seconds, or in milliseconds: those are 1e11 since 1973, and seconds in the year 5138.
            counted_time("time", if(abs(try_cast("time" as double)) < 1e11, 1000000, 1000))
        ) as time_utc,
        try_cast(period_seconds as bigint) as seconds,
        case unit when 'W' then 1 when 'kW' then 1000 when 'MW' then 1000000 end as watts,
        case unit when 'Wh' then 0.001 when 'kWh' then 1 when 'MWh' then 1000 end as kilowatt_hours,
        -- A cast would read 1_000 as a thousand.
        if(contains("value", '_'), null, try_cast("value" as decimal(28, 10))) as number
    from event_row
),

typed as (
    select
        *,
        date_trunc('milliseconds', time_utc) as event_at_utc,
        if(quantity = 'power', watts, kilowatt_hours) as factor
    from as_written
),

placed as (
    select
        typed.*,
        coalesce(named_meter_id, of_member.meter_id) as metered_id,
        coalesce(typed.direction, of_meter.measures, 'consumption') as measured_direction
    from typed
    left join member_meter as of_member
        on
            typed.named_meter_id is null
            and typed.named_member_id = of_member.member_id
            and coalesce(typed.direction, 'consumption') = of_member.measures
            and typed.event_at_utc >= of_member.valid_from_utc
            and typed.event_at_utc < coalesce(of_member.valid_to_utc, timestamp 'infinity')
    -- A meter of both directions says in each message which it is of.
    left join member_meter as of_meter
        on
            typed.direction is null
            and of_meter.measures = 'production'
            and typed.named_meter_id = of_meter.meter_id
            and typed.event_at_utc >= of_meter.valid_from_utc
            and typed.event_at_utc < coalesce(of_meter.valid_to_utc, timestamp 'infinity')
    qualify row_number() over (partition by "_topic", "_partition", "_offset", "_row") = 1
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
    six_decimals(try_cast(number * factor as decimal(32, 13))) as amount,
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
