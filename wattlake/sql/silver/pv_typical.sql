-- One row is the output of 1 kWp of panels of one zone, tilt and azimuth in one hour of a recorded year.
with typed as (
    select
        *,
        try_strptime("time", '%Y%m%d:%H%M') as satellite_instant_utc,
        try_cast(tilt_degrees as double) as tilt,
        try_cast(azimuth_degrees as double) as azimuth,
        try_cast(peak_power as double) as peak_kwp,
        round(try_cast("P" as double) / try_cast(peak_power as double), 2) as output_w_per_kwp
    from bronze.pvgis
    where _landing_id between $from_landing and $to_landing
)

select
    trim("zone") as "zone",
    tilt as tilt_degrees,
    azimuth as azimuth_degrees,
    -- The satellite passes some minutes past the hour; its instant stands for the hour it lies in.
    date_trunc('hour', satellite_instant_utc) as period_start_utc,
    output_w_per_kwp,
    coalesce(provenance, 'estimated') as provenance,
    _landing_id,
    case
        when trim("zone") is null or trim("zone") = '' then 'no zone'
        when tilt is null or is_outside(tilt, $tilt_degrees_bounds) then 'impossible tilt'
        when azimuth is null or is_outside(azimuth, $azimuth_degrees_bounds) then 'impossible azimuth'
        -- PVGIS begins in 2005; to strptime the word `infinity` is the year 1900.
        when satellite_instant_utc is null or year(satellite_instant_utc) < 2005 then 'unreadable time'
        when peak_kwp is null or peak_kwp <= 0 or not isfinite(peak_kwp) then 'unreadable peak power'
        when "P" is null then 'no values'
        when output_w_per_kwp is null then 'unreadable output'
        when is_outside(output_w_per_kwp, $output_w_per_kwp_bounds) then 'impossible output'
        when not is_provenance(provenance) then 'unknown provenance'
    end as quarantine_reason
from typed
