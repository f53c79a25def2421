-- One row is how one member's forecast of one target went on one UTC day, by how far ahead it looked.
-- reads: gold.energy_flow, gold.forecast
with actual as (
    select member_id, period_start_utc, 'consumption' as target, consumption_kwh as actual_kwh
    from gold.energy_flow
    where period_start_utc >= $from_utc and period_start_utc < $to_utc and consumption_kwh is not null
    union all
    select member_id, period_start_utc, 'production', production_kwh
    from gold.energy_flow
    where period_start_utc >= $from_utc and period_start_utc < $to_utc and production_kwh is not null
),

slot as (
    select
        forecast.*,
        actual.actual_kwh,
        actual.actual_kwh - forecast.expected_kwh as error_kwh,
        cast(least(floor(forecast.horizon_hours / 6) * 6, 18) as bigint) as lead_hours,
        list_sum(list_transform(
            [
                { end_kwh: forecast.lower_kwh, level: 0.025 },
                { end_kwh: forecast.lower_80_kwh, level: 0.1 },
                { end_kwh: forecast.lower_50_kwh, level: 0.25 },
                { end_kwh: forecast.expected_kwh, level: 0.5 },
                { end_kwh: forecast.upper_50_kwh, level: 0.75 },
                { end_kwh: forecast.upper_80_kwh, level: 0.9 },
                { end_kwh: forecast.upper_kwh, level: 0.975 }
            ],
            lambda quantile: (actual.actual_kwh - quantile.end_kwh)
            * (quantile.level - if(actual.actual_kwh < quantile.end_kwh, 1, 0))
        )) as pinball_kwh
    from gold.forecast as forecast
    inner join actual
        on
            forecast.member_id = actual.member_id
            and forecast.target = actual.target
            and forecast.period_start_utc = actual.period_start_utc
    where
        forecast.period_start_utc >= $from_utc
        and forecast.period_start_utc < $to_utc
        and forecast.issued_at_utc >= $from_utc - interval 2 days
        and forecast.issued_at_utc < $to_utc
)

select
    member_id,
    target,
    date_trunc('day', period_start_utc) as period_start_utc,
    lead_hours,
    forecaster,
    forecaster_version,
    count(*) as slots,
    sum(actual_kwh) as actual_kwh,
    sum(expected_kwh) as expected_kwh,
    sum(abs(error_kwh)) as absolute_error_kwh,
    sum(cast(error_kwh as decimal(19, 6)) * error_kwh) as squared_error,
    cast(sum(pinball_kwh) as double) as pinball_kwh,
    count(*) filter (where actual_kwh between lower_50_kwh and upper_50_kwh) as slots_in_50,
    count(*) filter (where actual_kwh between lower_80_kwh and upper_80_kwh) as slots_in_80,
    count(*) filter (where actual_kwh between lower_kwh and upper_kwh) as slots_in_95,
    count(naive_24h_kwh) as naive_24h_slots,
    coalesce(sum(abs(actual_kwh - naive_24h_kwh)), 0) as naive_24h_error_kwh,
    count(naive_168h_kwh) as naive_168h_slots,
    coalesce(sum(abs(actual_kwh - naive_168h_kwh)), 0) as naive_168h_error_kwh
from slot
group by all
