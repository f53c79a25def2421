-- One row is one reading of a mapped file, its number and its energy in kilowatt-hours.
-- reads: meter_step = meter_step + meter_time
select
    * exclude (number_kwh, nanowatts) replace (number_kwh as written_kwh),
    case when $is_net then greatest(number_kwh, 0) else number_kwh end as energy_kwh,
    -- Of powers, what is not rounded yet.
    case when $is_net then greatest(nanowatts * period_minutes, 0) else nanowatts * period_minutes end
        as nanowatt_minutes
from (
    select
        *,
        case
            when is_power then cast(energy_of_nanowatt_minutes(nanowatts * period_minutes) as decimal(18, 6))
            else written_kwh
        end as number_kwh
    from meter_step
)
