-- One row is one cell of a mapped meter file that may hold a reading: whose it is, what the clock showed, how much.
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
        coalesce($meter_id, written[$meter_column], regexp_extract(file_name, $meter_pattern, 1)) as meter_text,
        concat_ws(' ', trim(written[$date_column]), trim(written[$time_column])) as time_text,
        coalesce(trim(written[column_name]), '') as value_text
    from cell
),

typed as (
    select
        *,
        -- 24:00 is the next day's 00:00.
        cast(try_strptime(regexp_replace(time_text, $end_of_day, '\100\2'), $formats) as timestamp)
        + to_days(cast(regexp_matches(time_text, $end_of_day) as integer)) as label,
        case
            when not contains(value_text, '_') and ($decimal_mark = '.' or not contains(value_text, '.'))
                then try_cast(replace(value_text, $decimal_mark, '.') as decimal(32, 20))
        end as amount
    from as_written
)

select
    _landing_id,
    _fetched_at_utc,
    line,
    line_text,
    column_name,
    nullif(trim(meter_text), '') || suffix as meter_id,
    time_text,
    value_text,
    slot,
    label,
    label + to_minutes(slot * $period_minutes) as clock_time,
    max(slot + 1) filter (where value_text <> '') over (partition by _landing_id, line) as intervals_in_row,
    six_decimals(amount * $kwh_per_unit) * sign as written_kwh,
    six_decimals(amount * $kwh_per_unit) <> amount * $kwh_per_unit as is_rounded
from typed
