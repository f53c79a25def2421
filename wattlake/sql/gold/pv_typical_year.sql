-- One row is one hour of a typical year's output of 1 kWp of panels: the mean of the recorded years.
select
    zone,
    tilt_degrees,
    azimuth_degrees,
    month(period_start_utc) as month,
    day(period_start_utc) as day,
    hour(period_start_utc) as hour,
    cast(round(sum(cast(output_w_per_kwp as decimal(9, 2))) / count(*), 3) as decimal(9, 3)) as output_w_per_kwp,
    count(*) as years,
    max(provenance) as provenance
from silver.pv_typical
group by all
