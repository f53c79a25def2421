-- One row is what one zone's members come to in one settled slot, as the ledger has it now.
with local_slot as (
    select
        period_start_utc,
        local_date
    from gold.calendar
    where period_start_utc >= $from_utc and period_start_utc < $to_utc
),

-- A member counts to one zone for a whole local day, as in the sums of the day.
placed as (
    select
        member_id,
        local_date,
        zone
    from gold.market_daily
    where period_start_utc >= $from_utc - interval 26 hours and period_start_utc < $to_utc
),

sold as (
    select
        trade.period_start_utc,
        placed.zone,
        sum(trade.entry) as trades
    from gold.settled_trade as trade
    inner join local_slot on trade.period_start_utc = local_slot.period_start_utc
    inner join placed on trade.seller_id = placed.member_id and local_slot.local_date = placed.local_date
    where trade.period_start_utc >= $from_utc and trade.period_start_utc < $to_utc
    group by trade.period_start_utc, placed.zone
)

select
    placed.zone,
    position.period_start_utc,
    cast(sum(position.entry) as bigint) as members,
    cast(coalesce(sum(position.entry) filter (where position.is_provisional), 0) as bigint) as provisional_members,
    cast(coalesce(any_value(sold.trades), 0) as bigint) as trades,
    sum(position.consumption_kwh) as consumption_kwh,
    sum(position.production_kwh) as production_kwh,
    sum(position.self_consumption_kwh) as self_consumption_kwh,
    sum(position.bought_kwh) as bought_kwh,
    sum(position.sold_kwh) as sold_kwh,
    sum(position.grid_import_kwh) as grid_import_kwh,
    sum(position.grid_export_kwh) as grid_export_kwh,
    sum(position.bought_eur) as bought_eur,
    sum(position.sold_eur) as sold_eur,
    sum(position.grid_export_eur) as grid_export_eur,
    sum(
        position.alone_eur - position.bought_eur - position.fee_eur - position.grid_import_eur + position.sold_eur
        + position.grid_export_eur
    ) as saving_eur
from gold.settled_position as position
inner join local_slot on position.period_start_utc = local_slot.period_start_utc
inner join placed on position.member_id = placed.member_id and local_slot.local_date = placed.local_date
left join sold on placed.zone = sold.zone and position.period_start_utc = sold.period_start_utc
where position.period_start_utc >= $from_utc and position.period_start_utc < $to_utc
group by placed.zone, position.period_start_utc
having sum(position.entry) > 0
