-- One row is what one member sells to one other in one slot: where their stretches lie over each other on an axis.
-- reads: stretch
with cut as (
    select
        *,
        end_units - lag(end_units, 1, 0) over along as energy_units,
        first_value(if(is_seller, member_id, null) ignore nulls) over along as seller_id,
        first_value(if(is_seller, null, member_id) ignore nulls) over along as buyer_id,
        first_value(if(is_seller, price_eur_per_kwh, null) ignore nulls) over along as seller_price,
        -- How far the seller's own running sum is ahead of the axis.
        first_value(if(is_seller, own_begin_units - begin_units, null) ignore nulls) over along as ahead_units
    from stretch
    window along as (
        partition by period_start_utc, axis order by end_units
        rows between current row and unbounded following
    )
),

-- Two may trade on both axes: once for their zone's energy, never twice, because one of them is used up there.
pair as (
    select
        period_start_utc,
        seller_id,
        buyer_id,
        energy_units,
        seller_price as price_eur_per_kwh,
        end_units + ahead_units as own_end_units
    from cut
    where energy_units > 0
)

select
    period_start_utc,
    seller_id,
    buyer_id,
    of_units(energy_units) as energy_kwh,
    price_eur_per_kwh,
    -- Rounded down on the seller's running sum, so that a seller's amounts add up to the price of all that was sold.
    eur_down(of_units(own_end_units), price_eur_per_kwh)
    - eur_down(of_units(own_end_units - energy_units), price_eur_per_kwh) as amount_eur
from pair
