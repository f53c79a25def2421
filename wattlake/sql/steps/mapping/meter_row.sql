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

-- Taken out of the row once: a macro that asks for a text several times would look for it as often.
raw as (
    select
        *,
        coalesce($meter_id, column_meter, written[$meter_column], regexp_extract(file_name, $meter_pattern, 1))
            as raw_meter,
        written[$date_column] as raw_date,
        case when $time_column is not null then written[$time_column] end as raw_clock,
        case when not $is_summed then written[column_name] end as raw_value
    from cell
)

select
    * exclude (file_name, written, column_meter, raw_meter, raw_date, raw_clock, raw_value),
    -- A line that does not have the columns of its file was landed whole, under no name.
    written[''] as line_text,
    cell_text(raw_meter) as meter_text,
    cell_text(raw_date) as date_text,
    cell_text(raw_clock) as clock_text,
    case
        when
            $is_summed
            then list_transform(column_names, lambda name: coalesce(cell_text(written[name]), ''))
    end
        as value_texts,
    case
        when $is_summed then nullif(array_to_string(value_texts, ' + '), repeat(' + ', len(value_texts) - 1))
        else cell_text(raw_value)
    end as value_text,
    case when $register_column is not null then coalesce(cell_text(written[$register_column]), '') end
        as register_name,
    case when $code_column is not null then nullif(cell_text(written[$code_column]), '') end as register,
    case when $direction_column is not null then coalesce(cell_text(written[$direction_column]), '') end
        as flow_text,
    case when $quality_column is not null then coalesce(cell_text(written[$quality_column]), '') end
        as quality_text,
    case
        when $zone_column is not null then coalesce(nullif(cell_text(written[$zone_column]), ''), $zone)
        else $zone
    end as zone_text,
    case
        when $unit_column is not null
            then lower(coalesce(nullif(cell_text(written[$unit_column]), ''), $unit, ''))
    end as unit,
    case
        when $period_column is not null
            then lower(replace(coalesce(cell_text(written[$period_column]), ''), ' ', ''))
    end as period_text,
    case
        when $has_where and written[''] is null
            then
                len(list_filter(
                    $rules,
                    lambda rule: coalesce(
                        list_contains(rule['texts'], cell_text(written[rule['column_name']])), false
                    ) <> rule['is_kept']
                )) > 0
        else false
    end as is_other
from raw
