-- One row is one member's claim in one slot of collective self-consumption, shared by the fixed weights of the register.
-- reads: position, pro_rata, slot
-- Each member has a fixed part of all surplus, used or not; what a member cannot use goes to the grid.
-- Source: the fixed coefficients (β) of shared self-consumption in Spain, Real Decreto 244/2019, annex I, and the French
-- "clé de répartition statique", Code de l'énergie, article D315-6. Nobody is worse off than with the grid alone.
with claim as (
    select
        position.period_start_utc,
        position.member_id,
        position.zone,
        false as is_seller,
        units(position.deficit_kwh) as most_units,
        cast(position.sharing_weight * 1000 as bigint) as weight,
        slot.supply_units as shared_units
    from position
    inner join slot on position.period_start_utc = slot.period_start_utc
    where slot.tradable_units > 0 and position.sharing_weight > 0
    union all
    select * from pro_rata where is_seller
)

select
    claim.*,
    slot.shared_eur_per_kwh as price_eur_per_kwh
from claim
inner join slot on claim.period_start_utc = slot.period_start_utc
