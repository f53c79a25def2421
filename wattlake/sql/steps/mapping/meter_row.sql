-- One row is one cell of a mapped meter file that may hold a reading: whose it is, and its texts of time and number.
-- reads: bronze.smart_meters, ops.landing
with cell as (
    select
        landed._landing_id,
        landed._fetched_at_utc,
        landed.line,
        landing.name as file_name,
        cast(cast(landed.cells as json) as map (varchar, varchar)) as written,
        unnest($parts, max_depth := 2)
    from bronze.smart_meters as landed
    inner join ops.landing as landing on landing.source = 'smart_meters' and landed._landing_id = landing.landing_id
    where landed._landing_id between $from_landing and $to_landing
),

as_written as (
    select
        *,
        -- A line that does not have the columns of its file was landed whole, under no name.
        written[''] as line_text,
        cell_text(coalesce(
            $meter_id, column_meter, written[$meter_column], regexp_extract(file_name, $meter_pattern, 1)
        )) as meter_text,
        cell_text(written[$date_column]) as date_text,
        case when $time_column is not null then cell_text(written[$time_column]) end as clock_text,
        case when $is_summed then list_transform(column_names, lambda name: coalesce(cell_text(written[name]), '')) end
            as value_texts,
        case when $is_summed then nullif(array_to_string(value_texts, ' + '), repeat(' + ', len(value_texts) - 1))
            else cell_text(written[column_name]) end as value_text,
        case when $register_column is not null then coalesce(cell_text(written[$register_column]), '') end
            as register_name,
        case when $direction_column is not null
                then coalesce(map_from_entries($directions)[cell_text(written[$direction_column])], 'unknown') end as direction,
        case when $quality_column is not null
                then coalesce(map_from_entries($qualities)[cell_text(written[$quality_column])], 'unknown') end as quality,
        case when $zone_column is not null then coalesce(nullif(cell_text(written[$zone_column]), ''), $zone)
            else $zone end as zone,
        case when $unit_column is not null
                then lower(coalesce(nullif(cell_text(written[$unit_column]), ''), $unit, '')) end as unit,
        case when $period_column is not null
                then map_from_entries($periods)[lower(replace(coalesce(cell_text(written[$period_column]), ''), ' ', ''))]
            else $period_minutes end as period_minutes,
        case when $has_where then line_text is null and len(list_filter($where, lambda rule: not coalesce(
            list_contains(rule.texts, cell_text(written[rule.column_name])), false
        ))) > 0 else false end as is_other
    from cell
)

select
    * exclude (written, file_name, column_names, column_meter, direction, quality, is_other, value_text),
    coalesce(value_text, '') as value_text,
    case direction when 'production' then '-production' else suffix end as kind,
    coalesce(quality in ('estimated', 'substituted'), false) as is_estimated,
    case
        when is_other or direction = 'ignore' then 'no reading, says its mapping'
        when line_text is not null then 'not a line with the columns of its file'
        when direction = 'unknown' then 'unknown direction'
        when quality = 'unknown' then 'unknown quality'
        when quality = 'missing' then 'missing, says its source'
        when map_from_entries($units)[unit] is null and unit is not null then 'unknown unit'
        when period_minutes is null and $period_column is not null then 'unknown period'
        when $zone_column is not null and not list_contains($zones, zone) then 'unknown time zone'
    end as row_reason,
    case
        when $is_summed then len(list_filter(value_texts, lambda text: text = '' or list_contains($missing, text))) > 0
        else value_text is null or value_text = '' or list_contains($missing, value_text)
    end as is_blank
from as_written
