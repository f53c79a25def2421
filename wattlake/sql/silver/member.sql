-- One row is one member of the community, as the register describes it from one time on.
with as_written as (
    select
        nullif(trim(member_id), '') as member_id,
        nullif(trim(valid_from), '') as valid_from_text,
        nullif(trim("left"), '') as left_text,
        nullif(trim(meter_id), '') as meter_id,
        nullif(trim(production_meter_id), '') as production_meter_id,
        nullif(trim("zone"), '') as "zone",
        nullif(trim(latitude), '') as latitude_text,
        nullif(trim(longitude), '') as longitude_text,
        nullif(trim(panel_kwp), '') as panel_text,
        nullif(trim(tilt_degrees), '') as tilt_text,
        nullif(trim(azimuth_degrees), '') as azimuth_text,
        lower(trim(member_type)) as member_type,
        nullif(trim(sharing_weight), '') as sharing_text,
        nullif(trim(connection_kw), '') as connection_text,
        nullif(trim(provenance), '') as provenance,
        _landing_id
    from bronze.members
    -- Lines with a household's meter belong to silver.household.
    where _landing_id between $from_landing and $to_landing and "LCLid" is null
),

typed as (
    select
        *,
        -- Times are UTC; any other offset leaves them unreadable, because a cast would drop it in silence.
        '^\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d)?Z?)?$' as utc_shape,
        if(regexp_matches(valid_from_text, utc_shape), try_cast(valid_from_text as timestamp), null) as valid_from_utc,
        if(regexp_matches(left_text, utc_shape), try_cast(left_text as timestamp), null) as left_utc,
        try_cast(latitude_text as double) as latitude,
        try_cast(longitude_text as double) as longitude,
        -- No size means no panels; panels of unknown orientation are taken as 35° to the south.
        try_cast(coalesce(panel_text, '0') as double) as panel_kwp,
        coalesce(try_cast(panel_text as double), 0) > 0 as has_panels,
        try_cast(coalesce(tilt_text, if(has_panels, '35', null)) as double) as tilt_degrees,
        try_cast(coalesce(azimuth_text, if(has_panels, '180', null)) as double) as azimuth_degrees,
        try_cast(coalesce(sharing_text, '1') as decimal(9, 3)) as sharing_weight,
        try_cast(connection_text as decimal(9, 3)) as connection_kw
    from as_written
)

select
    member_id, valid_from_utc, left_utc, meter_id, production_meter_id, "zone", latitude, longitude,
    panel_kwp,
    tilt_degrees,
    azimuth_degrees,
    member_type,
    sharing_weight,
    connection_kw,
    coalesce(provenance, 'measured') as provenance,
    _landing_id,
    case
        when member_id is null then 'no member id'
        -- A catalog cannot look for a text with it.
        when contains(concat(member_id, meter_id, production_meter_id, zone), chr(0)) then 'NUL in an id'
        when valid_from_utc is null or year(valid_from_utc) < 1 then 'unreadable valid_from'
        when left_text is not null and left_utc is null then 'unreadable left'
        when left_utc < valid_from_utc then 'left before valid_from'
        when "zone" is null then 'no zone'
        -- A cast would read 1_0 as ten.
        when
            contains(concat(latitude_text, longitude_text, panel_text, tilt_text, azimuth_text, sharing_text), '_')
            or contains(connection_text, '_')
            then 'underscore in a number'
        when latitude is null or is_outside(latitude, $latitude_bounds) then 'impossible latitude'
        when longitude is null or is_outside(longitude, $longitude_bounds) then 'impossible longitude'
        when panel_kwp is null or is_outside(panel_kwp, $panel_kwp_bounds) then 'impossible panel_kwp'
        when tilt_text <> '' and tilt_degrees is null or is_outside(tilt_degrees, $tilt_degrees_bounds)
            then 'impossible tilt'
        when azimuth_text <> '' and azimuth_degrees is null or is_outside(azimuth_degrees, $azimuth_degrees_bounds)
            then 'impossible azimuth'
        when sharing_weight is null or sharing_weight < 0 then 'impossible sharing_weight'
        when connection_text <> '' and connection_kw is null or is_outside(connection_kw, $connection_kw_bounds)
            then 'impossible connection_kw'
        when member_type is null or member_type not in ('consumer', 'prosumer') then 'unknown member type'
        when not is_provenance(provenance) then 'unknown provenance'
    end as quarantine_reason
from typed
