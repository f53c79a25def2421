-- One row is one member's energy of one UTC day: the sum of its slots.
select
    member_id,
    date_trunc('day', period_start_utc) as period_start_utc,
    arg_max(zone, period_start_utc) as zone,
    count(coalesce(consumption_kwh, production_kwh)) as slots,
    sum(consumption_minutes) as consumption_minutes,
    coalesce(sum(consumption_kwh), 0) as consumption_kwh,
    coalesce(sum(production_kwh), 0) as production_kwh,
    coalesce(sum(self_consumption_kwh), 0) as self_consumption_kwh,
    coalesce(sum(surplus_kwh), 0) as surplus_kwh,
    coalesce(sum(deficit_kwh), 0) as deficit_kwh,
    sum(consumption_estimated_minutes) as consumption_estimated_minutes,
    coalesce(sum(consumption_estimated_kwh), 0) as consumption_estimated_kwh,
    coalesce(sum(production_estimated_kwh), 0) as production_estimated_kwh,
    max(consumption_provenance) as consumption_provenance,
    max(production_provenance) as production_provenance
from gold.energy_flow
where period_start_utc >= $from_utc and period_start_utc < $to_utc
group by member_id, date_trunc('day', period_start_utc)
