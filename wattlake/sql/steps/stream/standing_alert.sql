-- One row is one alert that the lake has of a series that a batch judges, and until when it lasts after the batch.
-- reads: point, stored_alert
select
    stored_alert.*,
    coalesce(any_value(stored_alert.ended_at_utc), min(point.at_utc)) as until_utc
from stored_alert
left join point
    on
        stored_alert.series = point.series
        and point.is_fine
        and not point.is_late
        and stored_alert.started_at_utc < point.at_utc
group by all
