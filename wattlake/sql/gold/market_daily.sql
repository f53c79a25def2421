-- One row is what one member's settled slots of one day on the community's clock come to, as the ledger has it now.
with local_slot as (
    select
        calendar.period_start_utc,
        calendar.local_date,
        timezone('UTC', timezone($timezone, cast(calendar.local_date as timestamp))) as day_utc,
        coalesce(grid.carbon_gco2_per_kwh, cast($carbon_gco2_per_kwh as decimal(6, 1))) as carbon_gco2_per_kwh
    from gold.calendar as calendar
    left join gold.grid_slot as grid
        on
            calendar.period_start_utc = grid.period_start_utc
            and grid.period_start_utc >= $from_utc
            and grid.period_start_utc < $to_utc + interval 26 hours
    where calendar.period_start_utc >= $from_utc and calendar.period_start_utc < $to_utc + interval 26 hours
)

select
    position.member_id,
    local_slot.day_utc as period_start_utc,
    arg_max(position.zone, position.period_start_utc) as zone,
    cast(sum(position.entry) as bigint) as slots,
    cast(coalesce(sum(position.entry) filter (where position.is_provisional), 0) as bigint) as provisional_slots,
    sum(position.consumption_kwh) as consumption_kwh,
    sum(position.production_kwh) as production_kwh,
    sum(position.self_consumption_kwh) as self_consumption_kwh,
    sum(position.bought_kwh) as bought_kwh,
    sum(position.sold_kwh) as sold_kwh,
    sum(position.grid_import_kwh) as grid_import_kwh,
    sum(position.grid_export_kwh) as grid_export_kwh,
    sum(position.bought_eur) as bought_eur,
    sum(position.sold_eur) as sold_eur,
    sum(position.fee_eur) as fee_eur,
    sum(position.grid_import_eur) as grid_import_eur,
    sum(position.grid_export_eur) as grid_export_eur,
    sum(position.alone_eur) as alone_eur,
    sum(
        position.bought_eur + position.fee_eur + position.grid_import_eur - position.sold_eur - position.grid_export_eur
    ) as total_eur,
    sum(position.alone_eur) - total_eur as saving_eur,
    sum(co2_kg(position.bought_kwh, local_slot.carbon_gco2_per_kwh)) as co2_saved_kg,
    local_slot.local_date
from gold.settled_position as position
inner join local_slot on position.period_start_utc = local_slot.period_start_utc
where
    position.period_start_utc >= $from_utc
    and position.period_start_utc < $to_utc + interval 26 hours
    and local_slot.day_utc >= $from_utc
    and local_slot.day_utc < $to_utc
group by position.member_id, local_slot.day_utc, local_slot.local_date
having sum(position.entry) > 0
