-- Which panels are in trouble, the worst first?
select
    place,
    plant_id,
    panel_id,
    kind,
    cast(since_utc as date) as since,
    days,
    cast(loss_kwh as decimal(18, 1)) as loss_kwh,
    cast(loss_eur as decimal(18, 2)) as loss_eur,
    cast(loss_kwh_per_day as decimal(18, 1)) as loss_kwh_per_day,
    peers_ratio,
    days_since_last_output,
    is_open
from warehouse.panel_case
order by place
