-- One row is one value of a message of a stream, typed, or a message that nobody could read.
-- reads: event_row = bronze.meter_events
with as_written as (
    select
        *,
        nullif(trim(meter_id), '') as named_meter_id,
        nullif(trim(member_id), '') as named_member_id,
        case
            -- Most times are written so; that is seen in a tenth of the time that the patterns of others take.
            when regexp_full_match("time", '\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d([.]\d\d\d)?Z')
                then cast(try_cast("time" as timestamptz) as timestamp)
            else coalesce(
                if(has_offset("time"), iso_time("time"), null),
                -- Since 1970 in seconds, or in milliseconds: those are 1e11 since 1973, and seconds in the year 5138.
                counted_time("time", if(abs(try_cast("time" as double)) < 1e11, 1000000, 1000))
            )
        end as time_utc,
        try_cast(period_seconds as bigint) as seconds,
        case unit when 'W' then 1 when 'kW' then 1000 when 'MW' then 1000000 end as watts,
        case unit when 'Wh' then 0.001 when 'kWh' then 1 when 'MWh' then 1000 end as kilowatt_hours,
        -- Most numbers have no more decimals than silver: those are read in a tenth of the time.
        if(
            regexp_full_match("value", '-?\d{1,12}([.]\d{1,6})?'), cast("value" as decimal(18, 6)), null
        ) as plain_number,
        case
            when plain_number is not null then cast(plain_number as decimal(28, 10))
            -- A cast would read 1_000 as a thousand.
            when not contains("value", '_') then try_cast("value" as decimal(28, 10))
        end as number
    from event_row
)

select
    *,
    date_trunc('milliseconds', time_utc) as event_at_utc,
    if(quantity = 'power', watts, kilowatt_hours) as factor
from as_written
