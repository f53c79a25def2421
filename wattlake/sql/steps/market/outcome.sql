-- One row is what one member's slot comes to: energy traded and left to the grid, what it costs, and would have cost.
-- reads: part, position, slot, trade
-- Amounts of the grid are differences of a rounded running sum whose first part is the traded energy: what is drawn is
-- rounded up, what is fed in down; so the parts add up to the whole.
-- DuckDB reads with one thread what the same transaction wrote; all threads go on from a copy.
with energy as materialized (
    select * from position
),

paid as (
    select
        period_start_utc,
        buyer_id as member_id,
        cast(sum(amount_eur) as decimal(18, 6)) as amount_eur
    from trade
    group by period_start_utc, buyer_id
)

select
    energy.period_start_utc,
    energy.member_id,
    energy.zone,
    energy.consumption_kwh,
    energy.production_kwh,
    energy.self_consumption_kwh,
    of_units(if(part.is_seller, 0, coalesce(part.part_units, 0))) as bought_kwh,
    of_units(if(part.is_seller, part.part_units, 0)) as sold_kwh,
    energy.deficit_kwh - bought_kwh as grid_import_kwh,
    energy.surplus_kwh - sold_kwh as grid_export_kwh,
    coalesce(paid.amount_eur, 0) as bought_eur,
    eur_down(sold_kwh, coalesce(part.price_eur_per_kwh, 0)) as sold_eur,
    eur_down(bought_kwh, slot.fee_eur_per_kwh) as fee_eur,
    eur_up(energy.deficit_kwh, slot.buy_eur_per_kwh) - eur_up(bought_kwh, slot.buy_eur_per_kwh) as grid_import_eur,
    eur_down(energy.surplus_kwh, slot.sell_eur_per_kwh) - eur_down(sold_kwh, slot.sell_eur_per_kwh)
        as grid_export_eur,
    eur_up(energy.deficit_kwh, slot.buy_eur_per_kwh) - eur_down(energy.surplus_kwh, slot.sell_eur_per_kwh)
        as alone_eur,
    energy.is_provisional,
    energy.provenance
from energy
inner join slot on energy.period_start_utc = slot.period_start_utc
left join part on energy.period_start_utc = part.period_start_utc and energy.member_id = part.member_id
left join paid on energy.period_start_utc = paid.period_start_utc and energy.member_id = paid.member_id
