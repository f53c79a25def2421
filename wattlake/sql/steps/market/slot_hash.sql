-- One row is the hash of one slot's canonical rows: its prices, what it comes to for each member, and every trade.
-- reads: outcome, slot, trade
-- Names are written with their length before them, so that no two contents are written alike.
-- DuckDB reads with one thread what the same transaction wrote; all threads go on from a copy.
with dealing as materialized (
    select * from trade
),

positions as (
    select
        period_start_utc,
        string_agg(
            -- As concat_ws with '|' would, which takes twice as long.
            concat(
                length(member_id), '|', member_id, '|', length(zone), '|', zone, '|', consumption_kwh, '|',
                production_kwh, '|', self_consumption_kwh, '|', bought_kwh, '|', sold_kwh, '|', grid_import_kwh, '|',
                grid_export_kwh, '|', bought_eur, '|', sold_eur, '|', fee_eur, '|',
                grid_import_eur, '|', grid_export_eur, '|', alone_eur, '|', is_provisional, '|',
                provenance
            ),
            chr(10) order by member_id
        ) as written,
        cast(sum(bought_kwh) as decimal(18, 6)) as traded_kwh,
        bool_or(is_provisional) as is_provisional
    from outcome
    group by period_start_utc
),

trades as (
    select
        period_start_utc,
        string_agg(
            concat(
                length(seller_id), '|', seller_id, '|', length(buyer_id), '|', buyer_id, '|', energy_kwh, '|',
                price_eur_per_kwh, '|', amount_eur
            ),
            chr(10) order by seller_id, buyer_id
        ) as written
    from dealing
    group by period_start_utc
)

select
    positions.period_start_utc,
    slot.buy_eur_per_kwh,
    slot.sell_eur_per_kwh,
    slot.fee_eur_per_kwh,
    slot.supply_kwh,
    slot.demand_kwh,
    positions.traded_kwh,
    positions.is_provisional,
    sha256(concat_ws(
        chr(10) || chr(10),
        concat_ws(
            '|', slot.period_start_utc, slot.buy_eur_per_kwh, slot.sell_eur_per_kwh,
            slot.fee_eur_per_kwh, slot.supply_kwh, slot.demand_kwh
        ),
        positions.written,
        coalesce(trades.written, '')
    )) as sha256
-- From the longer texts on, so that all threads hash them; each of these has a slot.
from positions
left join slot on positions.period_start_utc = slot.period_start_utc
left join trades on positions.period_start_utc = trades.period_start_utc
