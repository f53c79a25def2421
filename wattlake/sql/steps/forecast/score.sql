-- One row is how one member's forecast of one target went on one UTC day, by how far ahead it looked.
-- reads: gold.energy_flow, gold.forecast
with actual as (
    select member_id, period_start_utc, 'consumption' as target, consumption_wh as actual_wh
    from gold.energy_flow
    where period_start_utc >= $from_utc and period_start_utc < $to_utc and consumption_wh is not null
    union all
    select member_id, period_start_utc, 'production', production_wh
    from gold.energy_flow
    where period_start_utc >= $from_utc and period_start_utc < $to_utc and production_wh is not null
),

slot as (
    select
        forecast.*,
        actual.actual_wh,
        actual.actual_wh - forecast.expected_wh as error_wh,
        cast(least(floor(forecast.horizon_hours / 6) * 6, 18) as bigint) as lead_hours,
        list_sum(list_transform(
            [
                { end_wh: forecast.lower_wh, level: 0.025 },
                { end_wh: forecast.lower_80_wh, level: 0.1 },
                { end_wh: forecast.lower_50_wh, level: 0.25 },
                { end_wh: forecast.expected_wh, level: 0.5 },
                { end_wh: forecast.upper_50_wh, level: 0.75 },
                { end_wh: forecast.upper_80_wh, level: 0.9 },
                { end_wh: forecast.upper_wh, level: 0.975 }
            ],
            lambda quantile: (actual.actual_wh - quantile.end_wh)
            * (quantile.level - if(actual.actual_wh < quantile.end_wh, 1, 0))
        )) as pinball_wh
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
    sum(actual_wh) as actual_wh,
    sum(expected_wh) as expected_wh,
    sum(abs(error_wh)) as absolute_error_wh,
    sum(error_wh * error_wh) as squared_error,
    cast(sum(cast(pinball_wh as decimal(18, 3))) as double) as pinball_wh,
    count(*) filter (where actual_wh between lower_50_wh and upper_50_wh) as slots_in_50,
    count(*) filter (where actual_wh between lower_80_wh and upper_80_wh) as slots_in_80,
    count(*) filter (where actual_wh between lower_wh and upper_wh) as slots_in_95,
    count(naive_24h_wh) as naive_24h_slots,
    coalesce(sum(abs(actual_wh - naive_24h_wh)), 0) as naive_24h_error_wh,
    count(naive_168h_wh) as naive_168h_slots,
    coalesce(sum(abs(actual_wh - naive_168h_wh)), 0) as naive_168h_error_wh
from slot
group by all
