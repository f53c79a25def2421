-- One row is one member's claim in one slot, at the rate half-way between what the grid charges and what it pays.
-- reads: pro_rata, slot
-- Surplus and deficit trade in proportion; what one side has more of goes to the grid, or comes from it, in proportion.
-- Source: Long, Wu, Zhang, Thomas, Cheng and Jenkins, "Peer-to-peer energy trading in a community microgrid", IEEE PES
-- General Meeting 2017. Nobody is worse off than with the grid alone.
select
    pro_rata.*,
    slot.middle_eur_per_kwh as price_eur_per_kwh
from pro_rata
inner join slot on pro_rata.period_start_utc = slot.period_start_utc
