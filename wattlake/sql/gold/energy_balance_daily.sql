-- One row is one member's energy of one UTC day: the sum of its slots.
select
    member_id,
    date_trunc('day', period_start_utc) as period_start_utc,
    arg_max(zone, period_start_utc) as zone,
    count(coalesce(consumption_wh, production_wh)) as slots,
    sum(consumption_minutes) as consumption_minutes,
    coalesce(sum(consumption_wh), 0) as consumption_wh,
    coalesce(sum(production_wh), 0) as production_wh,
    coalesce(sum(self_consumption_wh), 0) as self_consumption_wh,
    coalesce(sum(surplus_wh), 0) as surplus_wh,
    coalesce(sum(deficit_wh), 0) as deficit_wh,
    sum(consumption_estimated_minutes) as consumption_estimated_minutes,
    coalesce(sum(consumption_estimated_wh), 0) as consumption_estimated_wh,
    coalesce(sum(production_estimated_wh), 0) as production_estimated_wh,
    max(consumption_provenance) as consumption_provenance,
    max(production_provenance) as production_provenance
from gold.energy_flow
where period_start_utc >= $from_utc and period_start_utc < $to_utc
group by member_id, date_trunc('day', period_start_utc)
