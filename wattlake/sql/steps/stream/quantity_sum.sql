-- One row is what the quantity that covers most of a touched window says of it; of equals energy, then totals.
-- reads: part_sum
select *
from part_sum
qualify row_number() over (
    partition by meter_id, direction, slot order by covered_ms desc, quantity = 'power' asc, quantity asc
) = 1
