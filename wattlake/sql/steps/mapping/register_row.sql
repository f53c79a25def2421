-- One row is one row of a mapped register, in the columns that the register's own layout has.
-- reads: bronze.members
with landed as (
    select
        *,
        cast(cast(cells as json) as map (varchar, varchar)) as written,
        lower(cell_text(written[$member_type_column])) as type_text,
        number_texts(
            [
                written[$latitude_column], written[$longitude_column], written[$panel_kwp_column],
                written[$tilt_degrees_column], written[$azimuth_degrees_column], written[$sharing_weight_column],
                written[$connection_kw_column]
            ],
            $decimal_mark
        ) as numbers
    from bronze.members
    where _landing_id between $from_landing and $to_landing
)

select
    * exclude (written, type_text, numbers) replace (
        cell_or(written[$member_id_column], $all_member_id) as member_id,
        cell_or(written[$meter_id_column], $all_meter_id) as meter_id,
        cell_or(written[$production_meter_id_column], $all_production_meter_id) as production_meter_id,
        cell_or(written[$zone_column], $all_zone) as "zone",
        coalesce(numbers[1], $all_latitude) as latitude,
        coalesce(numbers[2], $all_longitude) as longitude,
        coalesce(numbers[3], $all_panel_kwp) as panel_kwp,
        coalesce(numbers[4], $all_tilt_degrees) as tilt_degrees,
        coalesce(numbers[5], $all_azimuth_degrees) as azimuth_degrees,
        coalesce(numbers[6], $all_sharing_weight) as sharing_weight,
        coalesce(numbers[7], $all_connection_kw) as connection_kw,
        iso_day(cell_or(written[$valid_from_column], $all_valid_from), $formats) as valid_from,
        iso_day(cell_or(written[$left_column], $all_left), $formats) as "left",
        -- Who feeds in is a prosumer, where nothing says what a member is.
        coalesce(
            map_from_entries($member_types)[type_text],
            cell_or(written[$member_type_column], $all_member_type),
            if(
                cell_or(written[$production_meter_id_column], $all_production_meter_id) is not null
                or coalesce(cell_or(written[$panel_kwp_column], $all_panel_kwp), '0') not in ('0', '0.0', '0,0'),
                'prosumer',
                'consumer'
            )
        ) as member_type,
        $provenance as provenance
    )
from landed
