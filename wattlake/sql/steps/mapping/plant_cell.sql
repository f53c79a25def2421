-- One row is one row of a mapped file of a plant: whose it is, what the clock showed, which numbers are in it.
-- reads: bronze.inverters, ops.landing
with landed_row as (
    select
        landed._landing_id,
        landed._fetched_at_utc,
        landed.line,
        landing.name as file_name,
        cast(cast(landed.cells as json) as map (varchar, varchar)) as written
    from bronze.inverters as landed
    inner join ops.landing as landing on landing.source = 'inverters' and landed._landing_id = landing.landing_id
    where landed._landing_id between $from_landing and $to_landing
),

as_written as (
    select
        *,
        -- A line that does not have the columns of its file was landed whole, under no name.
        written[''] as line_text,
        nullif(trim(coalesce($plant_id, written[$plant_column], regexp_extract(file_name, $plant_pattern, 1))), '')
            as plant_id,
        nullif(trim(coalesce($panel_id, written[$panel_column], regexp_extract(file_name, $panel_pattern, 1))), '')
            as panel_id,
        concat_ws(' ', trim(written[$date_column]), trim(written[$time_column])) as time_text,
        trim(written[$ac_power]) as ac_text,
        trim(written[$dc_power]) as dc_text,
        trim(written[$daily_yield]) as daily_text,
        trim(written[$total_yield]) as total_text,
        trim(written[$irradiance]) as light_text,
        trim(written[$module_temperature]) as module_text,
        trim(written[$ambient_temperature]) as ambient_text
    from landed_row
),

typed as (
    select
        *,
        written_time(time_text, $formats, $end_of_day) as label,
        [ac_text, dc_text, daily_text, total_text, light_text, module_text, ambient_text] as texts,
        list_transform(
            texts,
            -- A mark that groups thousands is not read, but set aside.
            lambda text: try_cast(plain_number(text, $decimal_mark, null, '') as double)
        ) as numbers
    from as_written
)

select
    * exclude (written, texts),
    len(list_filter(texts, lambda text: text <> '')) as numbers_written,
    len(list_filter(numbers, lambda number: number is not null)) as numbers_read,
    concat(plant_id, chr(0), panel_id) as meter_id,
    false as is_blank,
    cast(null as varchar) as register_name,
    0 as slot,
    time_text as label_text,
    cast(null as varchar) as time_reason,
    cast($zone as varchar) as zone,
    cast($label_minutes as integer) as label_minutes,
    label as clock_time
from typed
