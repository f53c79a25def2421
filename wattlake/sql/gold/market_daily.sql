-- One row is what one member's settled slots of one day on the community's clock come to, as the ledger has it now.
with local_slot as (
    select
        calendar.period_start_utc,
        calendar.local_date,
        timezone('UTC', timezone($timezone, cast(calendar.local_date as timestamp))) as day_utc,
        -- 1 g/kWh is 1,000 micrograms for a watt-hour.
        cast(1000 * coalesce(grid.carbon_gco2_per_kwh, $carbon_gco2_per_kwh) as bigint) as carbon_micro_g_per_wh
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
    cast(sum(position.consumption_wh) as bigint) as consumption_wh,
    cast(sum(position.production_wh) as bigint) as production_wh,
    cast(sum(position.self_consumption_wh) as bigint) as self_consumption_wh,
    cast(sum(position.bought_wh) as bigint) as bought_wh,
    cast(sum(position.sold_wh) as bigint) as sold_wh,
    cast(sum(position.grid_import_wh) as bigint) as grid_import_wh,
    cast(sum(position.grid_export_wh) as bigint) as grid_export_wh,
    cast(sum(position.bought_micro_eur) as bigint) as bought_micro_eur,
    cast(sum(position.sold_micro_eur) as bigint) as sold_micro_eur,
    cast(sum(position.fee_micro_eur) as bigint) as fee_micro_eur,
    cast(sum(position.grid_import_micro_eur) as bigint) as grid_import_micro_eur,
    cast(sum(position.grid_export_micro_eur) as bigint) as grid_export_micro_eur,
    cast(sum(position.alone_micro_eur) as bigint) as alone_micro_eur,
    cast(sum(
        position.bought_micro_eur + position.fee_micro_eur + position.grid_import_micro_eur - position.sold_micro_eur
        - position.grid_export_micro_eur
    ) as bigint) as total_micro_eur,
    cast(sum(position.alone_micro_eur) as bigint) - total_micro_eur as saving_micro_eur,
    cast(sum(position.bought_wh * local_slot.carbon_micro_g_per_wh) as bigint) as co2_saved_micro_g,
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
