-- One row is one reading of a mapped file, with what its meter's other times say about its period.
-- reads: meter_register = meter_register + meter_energy
with reading as materialized (
    select
        *,
        epoch_us(period_start_utc) // $period_us as place,
        epoch_us(period_start_utc) % $period_us <> 0 as is_off_grid
    from meter_register
),

-- A time off the grid is within a period of two that are on it.
crowded as (
    select distinct _landing_id, meter_id, unnest([place, place + 1]) as place
    from reading
    where is_off_grid and row_reason is null
),

-- Only where periods are missing between the first and the last can some be longer than they are said to be.
thin as (
    select _landing_id, meter_id
    from reading
    where row_reason is null and place is not null
    group by all
    having count(*) > 2 and max(place) - min(place) > count(*)
),

stepped as (
    select
        *,
        lead(place) over in_time - place as step,
        lag(place) over in_time is null as is_first,
        lead(place, 2) over in_time is null as is_last
    from (
        select distinct _landing_id, meter_id, place
        from reading semi join thin using (_landing_id, meter_id)
        where row_reason is null and place is not null
    )
    window in_time as (partition by _landing_id, meter_id order by place)
),

run as (
    select
        *,
        min(step) over of_meter > 1 and count(step) over of_meter > 1 as is_never_near,
        place - row_number() over (partition by _landing_id, meter_id, step order by place) * step as run_id
    from stepped
    where step is not null
    window of_meter as (partition by _landing_id, meter_id)
),

-- One gap is a gap; three as long as each other, without a break, are longer periods, and so is what is never near.
sparse as (
    select distinct
        _landing_id, meter_id,
        unnest(case
            when $labels_ends then [place + step, case when is_first then place end]
            else [place, case when is_last then place + step end]
        end) as place
    from (
        select *, count(*) over (partition by _landing_id, meter_id, step, run_id) as run_steps from run
    )
    where is_never_near or (step > 1 and run_steps > 2)
)

select
    reading.* exclude (place, is_off_grid) replace (
        coalesce(reading.row_reason, case
            when sparse.meter_id is not null then 'further apart than its period'
            when crowded.meter_id is not null and not reading.is_off_grid then 'closer together than its period'
        end) as row_reason
    )
from reading
left join crowded using (_landing_id, meter_id, place)
left join sparse using (_landing_id, meter_id, place)
