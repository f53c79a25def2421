-- One row is what one member sold to one other in one slot as it was booked, or a booking of before taken back.
with newest as (
    select
        *,
        max(version) over (partition by period_start_utc) as newest_version
    from gold.settled_slot
),

-- What was booked stays, also of members who by the register of today had left by then: they keep their last entry.
entry as (
    select
        *,
        lead(valid_from_utc, 1, timestamp 'infinity')
            over (partition by user_id order by valid_from_utc) as followed_at_utc
    from warehouse.dim_user
)

select
    trade.settlement_id,
    trade.entry,
    newest.version as settlement_version,
    trade.entry = 1 and newest.version = newest.newest_version as is_current,
    trade.period_start_utc,
    seller.user_sk as seller_sk,
    buyer.user_sk as buyer_sk,
    trade.seller_id,
    trade.buyer_id,
    trade.energy_kwh,
    trade.price_eur_per_kwh,
    trade.amount_eur as transaction_amount_eur,
    cast(
        round(distance_km(seller.latitude, seller.longitude, buyer.latitude, buyer.longitude), 3) as decimal(9, 3)
    ) as distance_km,
    cast(co2_kg(trade.energy_kwh, grid.carbon_gco2_per_kwh) as decimal(18, 10)) as co2_saved_kg,
    settlement.mechanism
from gold.settled_trade as trade
inner join ops.settlement as settlement on trade.settlement_id = settlement.settlement_id
inner join newest
    on trade.settlement_id = newest.settlement_id and trade.period_start_utc = newest.period_start_utc
left join gold.grid_slot as grid on trade.period_start_utc = grid.period_start_utc
left join entry as seller
    on
        trade.seller_id = seller.user_id
        and trade.period_start_utc >= seller.valid_from_utc
        and trade.period_start_utc < seller.followed_at_utc
left join entry as buyer
    on
        trade.buyer_id = buyer.user_id
        and trade.period_start_utc >= buyer.valid_from_utc
        and trade.period_start_utc < buyer.followed_at_utc
