-- One row is one member's day with what it would have consumed in usual weather.
with day as (
    select
        heating_day.member_id,
        heating_day.period_start_utc,
        heating_day.consumption_kwh,
        heating_fit.kwh_per_degree_day,
        degree_days(heating_fit.balance_celsius, heating_day.mean_celsius) as heating_degree_days,
        degree_days(heating_fit.balance_celsius, normal_month.mean_celsius) as usual_degree_days
    from gold.heating_day
    inner join gold.heating_fit using (member_id)
    inner join gold.energy_balance_daily using (member_id, period_start_utc)
    inner join gold.normal_month
        on
            energy_balance_daily.zone = normal_month.zone
            and month(heating_day.period_start_utc) = normal_month.month
)

select
    member_id,
    period_start_utc,
    consumption_kwh,
    heating_degree_days,
    usual_degree_days,
    (
        consumption_kwh::double + kwh_per_degree_day * (usual_degree_days - heating_degree_days)
    )::decimal(18, 6) as normalised_kwh
from day
