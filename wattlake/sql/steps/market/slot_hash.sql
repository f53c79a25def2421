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
                length(member_id), '|', member_id, '|', length(zone), '|', zone, '|', consumption_wh, '|',
                production_wh, '|', self_consumption_wh, '|', bought_wh, '|', sold_wh, '|', grid_import_wh, '|',
                grid_export_wh, '|', bought_micro_eur, '|', sold_micro_eur, '|', fee_micro_eur, '|',
                grid_import_micro_eur, '|', grid_export_micro_eur, '|', alone_micro_eur, '|', is_provisional, '|',
                provenance
            ),
            chr(10) order by member_id
        ) as written,
        cast(sum(bought_wh) as bigint) as traded_wh,
        bool_or(is_provisional) as is_provisional
    from outcome
    group by period_start_utc
),

trades as (
    select
        period_start_utc,
        string_agg(
            concat(
                length(seller_id), '|', seller_id, '|', length(buyer_id), '|', buyer_id, '|', energy_wh, '|',
                price_micro_eur_per_kwh, '|', amount_micro_eur
            ),
            chr(10) order by seller_id, buyer_id
        ) as written
    from dealing
    group by period_start_utc
)

select
    positions.period_start_utc,
    slot.buy_micro_eur_per_kwh,
    slot.sell_micro_eur_per_kwh,
    slot.fee_micro_eur_per_kwh,
    slot.supply_wh,
    slot.demand_wh,
    positions.traded_wh,
    positions.is_provisional,
    sha256(concat_ws(
        chr(10) || chr(10),
        concat_ws(
            '|', slot.period_start_utc, slot.buy_micro_eur_per_kwh, slot.sell_micro_eur_per_kwh,
            slot.fee_micro_eur_per_kwh, slot.supply_wh, slot.demand_wh
        ),
        positions.written,
        coalesce(trades.written, '')
    )) as sha256
-- From the longer texts on, so that all threads hash them; each of these has a slot.
from positions
left join slot on positions.period_start_utc = slot.period_start_utc
left join trades on positions.period_start_utc = trades.period_start_utc
