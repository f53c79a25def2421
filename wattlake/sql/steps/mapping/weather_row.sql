-- One row is one row of a weather station's mapped file, in the columns that their own layout has.
-- reads: meter_time
select
    meter_id as "zone",
    time_or_fault(period_start_utc, label, start_count, time_text, time_reason) as start,
    cast($period_minutes as varchar) as minutes,
    temperature_celsius,
    relative_humidity_pct,
    cloud_cover_pct,
    precipitation_mm,
    wind_m_per_s,
    shortwave_w_per_m2,
    direct_w_per_m2,
    diffuse_w_per_m2,
    $provenance as provenance,
    line,
    cells,
    _landing_id,
    _fetched_at_utc
from meter_time
