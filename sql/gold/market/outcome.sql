-- One row is what one member's slot comes to: energy traded and left to the grid, what it costs, and would have cost.
-- Amounts of the grid are differences of a rounded running sum whose first part is the traded energy: what is drawn is
-- rounded up, what is fed in down; so the parts add up to the whole.
with paid as (
    select
        period_start_utc,
        buyer_id as member_id,
        cast(sum(amount_micro_eur) as bigint) as amount_micro_eur
    from trade
    group by period_start_utc, buyer_id
)

select
    position.period_start_utc,
    position.member_id,
    position.zone,
    position.consumption_wh,
    position.production_wh,
    position.self_consumption_wh,
    if(part.is_seller, 0, coalesce(part.part_wh, 0)) as bought_wh,
    if(part.is_seller, part.part_wh, 0) as sold_wh,
    position.deficit_wh - bought_wh as grid_import_wh,
    position.surplus_wh - sold_wh as grid_export_wh,
    coalesce(paid.amount_micro_eur, 0) as bought_micro_eur,
    cast(floor(sold_wh * coalesce(part.price_micro_eur_per_kwh, 0) / 1000) as bigint) as sold_micro_eur,
    cast(floor(bought_wh * slot.fee_micro_eur_per_kwh / 1000) as bigint) as fee_micro_eur,
    cast(
        ceil(position.deficit_wh * slot.buy_micro_eur_per_kwh / 1000)
        - ceil(bought_wh * slot.buy_micro_eur_per_kwh / 1000)
        as bigint
    ) as grid_import_micro_eur,
    cast(
        floor(position.surplus_wh * slot.sell_micro_eur_per_kwh / 1000)
        - floor(sold_wh * slot.sell_micro_eur_per_kwh / 1000)
        as bigint
    ) as grid_export_micro_eur,
    cast(
        ceil(position.deficit_wh * slot.buy_micro_eur_per_kwh / 1000)
        - floor(position.surplus_wh * slot.sell_micro_eur_per_kwh / 1000)
        as bigint
    ) as alone_micro_eur,
    position.is_provisional,
    position.provenance
from position
inner join slot on position.period_start_utc = slot.period_start_utc
left join part on position.period_start_utc = part.period_start_utc and position.member_id = part.member_id
left join paid on position.period_start_utc = paid.period_start_utc and position.member_id = paid.member_id
