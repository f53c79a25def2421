-- One row is what one member sells to one other in one slot: where their stretches lie over each other on an axis.
-- reads: stretch
with cut as (
    select
        *,
        end_wh - lag(end_wh, 1, 0) over along as energy_wh,
        first_value(if(is_seller, member_id, null) ignore nulls) over along as seller_id,
        first_value(if(is_seller, null, member_id) ignore nulls) over along as buyer_id,
        first_value(if(is_seller, price_micro_eur_per_kwh, null) ignore nulls) over along as seller_price,
        -- How far the seller's own running sum is ahead of the axis.
        first_value(if(is_seller, own_begin_wh - begin_wh, null) ignore nulls) over along as ahead_wh
    from stretch
    window along as (
        partition by period_start_utc, axis order by end_wh
        rows between current row and unbounded following
    )
),

-- Two may trade on both axes: once for their zone's energy, never twice, because one of them is used up there.
pair as (
    select
        period_start_utc,
        seller_id,
        buyer_id,
        energy_wh,
        seller_price as price_micro_eur_per_kwh,
        end_wh + ahead_wh as own_end_wh
    from cut
    where energy_wh > 0
)

select
    period_start_utc,
    seller_id,
    buyer_id,
    energy_wh,
    price_micro_eur_per_kwh,
    -- Rounded down on the seller's running sum, so that a seller's amounts add up to the price of all that was sold.
    cast(
        floor(own_end_wh * price_micro_eur_per_kwh / 1000)
        - floor((own_end_wh - energy_wh) * price_micro_eur_per_kwh / 1000)
        as bigint
    ) as amount_micro_eur
from pair
