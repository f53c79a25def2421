-- One row is one cell of a mapped meter file: what the clock showed, and its number in kWh, or in kW of the period.
-- reads: meter_word
with as_texts as (
    select
        *,
        concat_ws(' ', date_text, clock_text) as time_text,
        case
            -- Where hours are numbered, their number is their place in the day.
            when $first_hour is not null then date_text
            when $separator is not null then trim(split_part(time_text, $separator, $separated_part))
            else time_text
        end as between_text,
        case when $suffix is not null then regexp_replace(between_text, $suffix, '') else between_text end
            as label_text,
        case
            when $first_hour is null then slot
            when try_cast(clock_text as integer) between $first_hour and $last_hour
                then try_cast(clock_text as integer) - $first_hour
        end as place,
        case when not $is_summed then plain_number(value_text, $decimal_mark, $thousands, $grouped) end as number_text,
        case when $is_summed then list_transform(
            value_texts, lambda text: plain_number(text, $decimal_mark, $thousands, $grouped)
        ) end as number_texts,
        case when $unit_column is not null then map_from_entries($units)[unit] else $kwh_per_unit end as kwh_per_unit
    from meter_word
),

typed as (
    select
        *,
        case
            when place is null then null
            when $microseconds is not null then counted_time(label_text, $microseconds)
            when $is_iso then iso_time(label_text)
            else written_time(label_text, $formats, $end_of_day)
            -- What is less than a microsecond is off the grid as well.
            + to_microseconds(cast($has_decimals and regexp_matches(label_text, '[.,]\d{6}0*[1-9]') as integer))
        end as label,
        case when $is_summed then list_transform(number_texts, lambda text: try_cast(text as double)) end as doubles,
        -- Exact to the sixth decimal as it is, or read as twenty decimals: that takes ten times as long.
        case
            when not $is_summed then try_cast(number_text as double)
            when len(list_filter(doubles, lambda number: number is null)) = 0 then list_sum(doubles)
        end * kwh_per_unit as near_kwh,
        abs(near_kwh) < 1e7 and abs(near_kwh * 1e6 - round(near_kwh * 1e6)) <= 1e-6 + abs(near_kwh) * 4e-10 as is_near,
        case
            when is_near then null
            when not $is_summed then try(try_cast(number_text as decimal(32, 20)) * kwh_per_unit)
            else try(
                list_sum(list_transform(number_texts, lambda text: try_cast(text as decimal(32, 20)))) * kwh_per_unit
            )
        end as exact_kwh,
        coalesce(if($unit_column is not null, unit in ('w', 'kw', 'mw'), $is_power), false) as is_power
    from as_texts
)

select
    _landing_id, _fetched_at_utc, line, line_text, column_name,
    -- A dash is no id.
    nullif(ltrim(meter_text, '-–— '), '') is null as is_nobodys,
    case when not is_nobodys then meter_text || kind end as meter_id,
    time_text, label_text, cast(null as varchar) as time_reason,
    value_text, row_reason, is_blank, quality_rank, register, register_name, period_minutes,
    case when $is_iso and has_offset(label_text) then 'UTC' else zone end as zone,
    place as slot,
    label,
    label + to_minutes(place * $slot_minutes) as clock_time,
    case when $labels_ends then period_minutes else 0 end as label_minutes,
    cast(null as bigint) as intervals_in_row,
    sign * case
        when is_near then cast(near_kwh as decimal(18, 6)) when near_kwh is not null then six_decimals(exact_kwh)
    end as written_kwh,
    false as is_spread,
    is_power,
    -- A power is rounded once it is an energy.
    coalesce(not is_power and not is_near and six_decimals(exact_kwh) <> exact_kwh, false) as is_rounded,
    sign * if(
        is_power and written_kwh is not null, nanowatts(coalesce(exact_kwh, cast(near_kwh as decimal(18, 6)))), null
    ) as nanowatts
from typed
