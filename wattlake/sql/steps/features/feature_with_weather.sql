-- One row is one series' slot of the day that is forecast: its features, and those of its zone's weather.
-- reads: feature, series_history = given, weather
select
    feature.*,
    weather.* exclude (issue, zone, slot)
from feature
inner join series_history using (issue, series)
left join weather using (issue, zone, slot)
order by issue, series, slot
