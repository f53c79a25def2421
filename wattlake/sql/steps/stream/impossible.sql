-- One row is one event of a batch, and whether its energy or power is negative or more than its connection carries.
-- reads: series_event, connection = bronze.members
with measured as (
    select
        series_event.*,
        coalesce(connection.connection_kw, $connection_kw) * $tolerance as bound_kw,
        case quantity
            when 'energy' then period_seconds / 3600
            when 'total' then epoch(event_at_utc - previous_at_utc) / 3600
        end as hours,
        -- Of a running total that is all right, what it grew by.
        case
            when quantity = 'power' then value / 1000
            when quantity = 'energy' or value < 0 then value
            else value - previous_value
        end as observed_value
    from series_event
    left join connection using (meter_id)
),

bounded as (
    select
        *,
        case quantity
            when 'power' then coalesce(bound_kw, $most_kwh)
            when 'energy' then coalesce(bound_kw * hours, $most_kwh)
            -- A counter of whole kilowatt-hours may be just about to count the next.
            else coalesce(bound_kw * hours, $most_kwh * greatest(hours, 1)) + 1
        end as limit_value,
        if(quantity = 'power', 'kW', 'kWh') as unit
    from measured
    where observed_value is not null
)

select
    'impossible' as rule,
    'error' as severity,
    meter_id,
    member_id,
    zone,
    direction,
    quantity,
    event_at_utc as at_utc,
    event_at_utc as since_utc,
    event_end_utc as end_utc,
    -- Inverters draw a few watts by night, and some count them as output below 0.
    observed_value < if(quantity = 'power', -$least_w / 1000, 0) or observed_value > limit_value as is_wrong,
    not is_wrong as is_fine,
    is_late or is_ahead as is_late,
    is_correction,
    observed_value,
    if(observed_value < 0, 0, limit_value) as limit_value,
    unit,
    if(
        is_wrong,
        concat(
            direction, ' of ', short_number(observed_value), ' ', unit,
            case
                when quantity = 'energy' then concat(' in ', short_number(period_seconds / 60), ' min')
                when quantity = 'total' then ' by the running total'
            end,
            case
                when observed_value < 0 then ' is negative'
                when
                    bound_kw is null
                    then concat(' is beyond ', short_number(limit_value), ' ', unit, ', as no connection is known')
                else concat(
                    ' is beyond the ', short_number(limit_value), ' ', unit, ' that a connection of ',
                    short_number(bound_kw / $tolerance), ' kW carries'
                )
            end
        ),
        null
    ) as evidence
from bounded
