-- One row is what one member sells or buys in one slot; nobody does both.
-- reads: bought = apportioned, sold = apportioned + seller_claim
select * from bought where part_units > 0
union all by name
select * from sold where part_units > 0
