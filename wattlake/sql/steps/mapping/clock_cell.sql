-- One row is one row of a mapped file of prices or of weather, with what the clock showed.
-- reads: cell = price_cell + weather_cell
select
    *,
    time_text as label_text,
    cast(null as varchar) as time_reason,
    cast(null as varchar) as register_name,
    false as is_blank,
    0 as slot,
    case when $is_iso and has_offset(time_text) then 'UTC' else $zone end as zone,
    cast($label_minutes as integer) as label_minutes,
    case
        when $microseconds is not null then counted_time(time_text, $microseconds)
        when $is_iso then iso_time(time_text)
        else written_time(time_text, $formats, $end_of_day)
    end as label,
    label as clock_time
from cell
