-- One row is one cell of a mapped meter file that may hold a reading, with what the words of its row mean.
-- reads: meter_row
with understood as (
    select
        *,
        case when flow_text is not null then coalesce(map_from_entries($directions)[flow_text], 'unknown') end
            as direction,
        case when quality_text is not null then coalesce(map_from_entries($qualities)[quality_text], 'unknown') end
            as quality,
        case when period_text is not null then map_from_entries($periods)[period_text] else $period_minutes end
            as period_minutes,
        case when $zone_column is null or list_contains($zones, zone_text) then zone_text end as zone
    from meter_row
)

select
    * exclude (
        column_names, direction, quality, is_other, value_text, flow_text, quality_text, period_text, zone_text
    ),
    coalesce(value_text, '') as value_text,
    case direction when 'production' then '-production' else suffix end as kind,
    quality_rank(quality) as quality_rank,
    case
        when is_other or direction = 'ignore' then 'no reading, says its mapping'
        when line_text is not null then 'not a line with the columns of its file'
        when direction = 'unknown' then 'unknown direction'
        when quality = 'unknown' then 'unknown quality'
        when quality = 'missing' then 'missing, says its source'
        when map_from_entries($units)[unit] is null and unit is not null then 'unknown unit'
        when period_minutes is null and $period_column is not null then 'unknown period'
        when zone is null then 'unknown time zone'
    end as row_reason,
    case
        when $is_summed then len(list_filter(value_texts, lambda text: text = '' or list_contains($missing, text))) > 0
        else value_text is null or value_text = '' or list_contains($missing, value_text)
    end as is_blank
from understood
