-- One row is one member's claim in one slot of collective self-consumption, shared in proportion to what each draws.
-- reads: pro_rata, slot
-- The price is the community's own, or where it has none half-way between the grid's; kept between the grid's two prices.
-- Source: the French "clé de répartition dynamique par défaut" of collective self-consumption, Code de l'énergie,
-- articles D315-1 to D315-6. Nobody is worse off than with the grid alone.
select
    pro_rata.*,
    slot.shared_eur_per_kwh as price_eur_per_kwh
from pro_rata
inner join slot on pro_rata.period_start_utc = slot.period_start_utc
