-- One row is one interval: what all meters that measure the same read in it, one by one added up.
select
    meter.measures,
    reading.period_start_utc,
    reading.period_minutes,
    count(*) as meters,
    sum(reading.energy_kwh) as energy_kwh,
    max(reading.known_at_utc) as known_at_utc
from silver.meter_reading as reading
inner join gold.member_meter as meter
    on
        reading.meter_id = meter.meter_id
        and reading.period_start_utc >= meter.valid_from_utc
        and reading.period_start_utc < coalesce(meter.valid_to_utc, timestamp 'infinity')
where reading.period_start_utc >= $from_utc and reading.period_start_utc < $to_utc and reading.provenance <> 'estimated'
group by meter.measures, reading.period_start_utc, reading.period_minutes
