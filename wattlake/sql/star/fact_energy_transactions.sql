-- One row is what one member sold to one other in one slot, as the ledger has it now.
select
    key_of_time(hour_begun_utc(trade.period_start_utc, clock.local_start)) as time_sk,
    trade.seller_sk,
    trade.buyer_sk,
    trade.energy_kwh,
    trade.transaction_amount_eur,
    trade.distance_km,
    trade.co2_saved_kg
from warehouse.fact_energy_transaction as trade
inner join warehouse.dim_time as clock on trade.period_start_utc = clock.period_start_utc
where trade.is_current
