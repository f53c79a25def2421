-- One row is one event of a batch, and whether its value stands still for longer than a living meter's does.
-- reads: series_event
with stood as (
    select
        *,
        coalesce(is_late and event_at_utc > run_since_before_utc and value <> newest_value, false) as breaks_run,
        epoch(event_end_utc - run_since_utc) / 60 as run_minutes
    from series_event
    where not is_ahead
)

select
    'frozen' as rule,
    'warn' as severity,
    meter_id,
    member_id,
    zone,
    direction,
    quantity,
    event_at_utc as at_utc,
    run_since_utc as since_utc,
    event_end_utc as end_utc,
    coalesce(
        not is_late and value <> 0 and if(
            quantity = 'total',
            unmoved_kwh >= $unmoved_kwh,
            run_events >= $frozen_events and run_minutes >= $frozen_minutes
        ),
        false
    ) as is_wrong,
    not is_wrong as is_fine,
    is_late,
    breaks_run as is_correction,
    if(quantity = 'total', unmoved_kwh, run_minutes) as observed_value,
    if(quantity = 'total', $unmoved_kwh, $frozen_minutes) as limit_value,
    if(quantity = 'total', 'kWh', 'min') as unit,
    case
        when not is_wrong then null
        when quantity = 'total'
            then
                concat(
                    'the running total stands at ', short_number(value), ' kWh since ', short_time(run_since_utc),
                    ', and by the power ', short_number(unmoved_kwh), ' kWh flowed; a total moves within ',
                    short_number($unmoved_kwh), ' kWh'
                )
        else concat(
            quantity, ' stands at exactly ', short_number(value), if(quantity = 'power', ' W', ' kWh'), ' for ',
            short_number(run_minutes), ' min in ', run_events, ' events; ', $frozen_events, ' events and ',
            $frozen_minutes, ' min of the same are more than usual'
        )
    end as evidence
from stood
