-- One row is one reading of a mapped file whose rows are of one register each: the registers of an instant are summed.
-- reads: meter_energy
with reading as materialized (
    select
        *,
        row_reason is null and not is_blank and written_kwh is not null and period_start_utc is not null as is_valid
    from meter_energy
),

meter as (
    select
        _landing_id, meter_id,
        count(distinct register_name) as registers,
        string_agg(distinct register, ' + ' order by register) as all_registers
    from reading
    where is_valid
    group by all
),

together as (
    select
        reading.*,
        meter.registers,
        meter.all_registers,
        count(distinct register_name) over instant as registers_there,
        row_number() over (instant order by line) as nth_row,
        sum(written_kwh) filter (where nth_of_register = 1) over instant as sum_kwh,
        sum(energy_kwh) filter (where nth_of_register = 1) over instant as sum_energy_kwh,
        sum(nanowatt_minutes) filter (where nth_of_register = 1) over instant as sum_nanowatt_minutes,
        bool_or(is_contradicted) over instant as has_contradiction,
        max(quality_rank) over instant as worst_rank,
        bool_or(is_rounded) over instant as has_rounded
    from (
        select
            *,
            row_number() over (of_register order by line) as nth_of_register,
            min(written_kwh) over of_register <> max(written_kwh) over of_register as is_contradicted
        from reading
        window of_register as (partition by _landing_id, meter_id, period_start_utc, register_name, is_valid)
    ) as reading
    left join meter using (_landing_id, meter_id)
    window instant as (partition by _landing_id, meter_id, period_start_utc, is_valid)
)

select
    * exclude (
        is_valid, registers, all_registers, registers_there, nth_row, nth_of_register, sum_kwh, sum_energy_kwh,
        sum_nanowatt_minutes, is_contradicted, has_contradiction, worst_rank, has_rounded
    ) replace (
        case when is_valid then cast(sum_kwh as decimal(18, 6)) else written_kwh end as written_kwh,
        case when is_valid then cast(sum_energy_kwh as decimal(18, 6)) else energy_kwh end as energy_kwh,
        case when is_valid then sum_nanowatt_minutes else nanowatt_minutes end as nanowatt_minutes,
        case when is_valid then worst_rank else quality_rank end as quality_rank,
        case when is_valid then all_registers else register end as register,
        case when is_valid then has_rounded else is_rounded end as is_rounded,
        case
            when not is_valid then row_reason
            when has_contradiction then 'contradicts another reading of its register'
            when registers_there < registers then 'a register is missing'
            when nth_row > 1 then 'part of another reading'
        end as row_reason
    )
from together
