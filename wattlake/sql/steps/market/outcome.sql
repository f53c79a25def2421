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
        cast(sum(amount_micro_eur) as bigint) as amount_micro_eur
    from trade
    group by period_start_utc, buyer_id
)

select
    energy.period_start_utc,
    energy.member_id,
    energy.zone,
    energy.consumption_wh,
    energy.production_wh,
    energy.self_consumption_wh,
    if(part.is_seller, 0, coalesce(part.part_wh, 0)) as bought_wh,
    if(part.is_seller, part.part_wh, 0) as sold_wh,
    energy.deficit_wh - bought_wh as grid_import_wh,
    energy.surplus_wh - sold_wh as grid_export_wh,
    coalesce(paid.amount_micro_eur, 0) as bought_micro_eur,
    cast(floor(sold_wh * coalesce(part.price_micro_eur_per_kwh, 0) / 1000) as bigint) as sold_micro_eur,
    cast(floor(bought_wh * slot.fee_micro_eur_per_kwh / 1000) as bigint) as fee_micro_eur,
    cast(
        ceil(energy.deficit_wh * slot.buy_micro_eur_per_kwh / 1000)
        - ceil(bought_wh * slot.buy_micro_eur_per_kwh / 1000)
        as bigint
    ) as grid_import_micro_eur,
    cast(
        floor(energy.surplus_wh * slot.sell_micro_eur_per_kwh / 1000)
        - floor(sold_wh * slot.sell_micro_eur_per_kwh / 1000)
        as bigint
    ) as grid_export_micro_eur,
    cast(
        ceil(energy.deficit_wh * slot.buy_micro_eur_per_kwh / 1000)
        - floor(energy.surplus_wh * slot.sell_micro_eur_per_kwh / 1000)
        as bigint
    ) as alone_micro_eur,
    energy.is_provisional,
    energy.provenance
from energy
inner join slot on energy.period_start_utc = slot.period_start_utc
left join part on energy.period_start_utc = part.period_start_utc and energy.member_id = part.member_id
left join paid on energy.period_start_utc = paid.period_start_utc and energy.member_id = paid.member_id
