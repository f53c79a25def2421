-- A heat pump drew more on a day than the home that it is a part of.
-- severity: warning
select
    meter_id,
    period_start_utc,
    home_kwh,
    heat_pump_kwh
from gold.heat_pump_daily
where heat_pump_kwh > home_kwh
