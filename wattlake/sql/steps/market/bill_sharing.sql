-- One row is one member's claim in one slot where surplus is shared for nothing, and the community's bill in proportion.
-- reads: pro_rata
-- What the grid charges the community falls on those who lack energy, what it pays on those who have some left over.
-- Source: as of the mid-market rate (Long et al. 2017, "bill sharing"), slot by slot. Where the grid charges more than the
-- fee no buyer is worse off than with it alone; a seller is, whenever neighbours take what the grid would have paid for.
select
    pro_rata.*,
    cast(0 as decimal(18, 6)) as price_eur_per_kwh
from pro_rata
