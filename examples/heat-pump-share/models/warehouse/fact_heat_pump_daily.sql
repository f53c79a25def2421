-- One row is one home's UTC day with what its heat pump drew of it.
select
    heat_pump_daily.meter_id,
    member_version.member_id as user_id,
    heat_pump_daily.period_start_utc,
    heat_pump_daily.home_kwh,
    heat_pump_daily.heat_pump_kwh,
    heat_pump_daily.heat_pump_ratio
from gold.heat_pump_daily
left join gold.member_version
    on
        heat_pump_daily.meter_id = member_version.meter_id
        and heat_pump_daily.period_start_utc >= member_version.valid_from_utc
        and heat_pump_daily.period_start_utc < coalesce(member_version.valid_to_utc, timestamp '9999-01-01')
