-- One row is one alert that the lake has and that a batch may end or correct, with the series that it is told of.
-- reads: kept_alert = gold.live_alert
select
    *,
    alert_series(rule, coalesce(meter_id, member_id), direction, quantity) as series
from kept_alert
