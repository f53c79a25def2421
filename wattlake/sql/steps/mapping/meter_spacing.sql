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

-- Only where there are too few readings for the time from the first to the last can all of them be far apart.
thin as (
    select _landing_id, meter_id
    from reading
    where row_reason is null and place is not null
    group by all
    having count(*) > 2 and max(place) - min(place) >= 2 * (count(*) - 1)
),

sparse as (
    select _landing_id, meter_id
    from (
        select
            _landing_id, meter_id, place,
            lead(place) over (partition by _landing_id, meter_id order by place) - place as step
        from (
            select distinct _landing_id, meter_id, place
            from reading semi join thin using (_landing_id, meter_id)
            where row_reason is null and place is not null
        )
    )
    group by all
    having count(step) > 1 and min(step) > 1
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
left join sparse using (_landing_id, meter_id)
