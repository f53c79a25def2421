-- One row is one member's claim in one slot where everyone sells or buys in proportion to what is left over or lacks.
-- reads: position, slot
select
    position.period_start_utc,
    position.member_id,
    position.zone,
    position.surplus_kwh > 0 as is_seller,
    units(position.surplus_kwh + position.deficit_kwh) as most_units,
    most_units as weight,
    slot.tradable_units as shared_units
from position
inner join slot on position.period_start_utc = slot.period_start_utc
where slot.tradable_units > 0 and position.surplus_kwh <> position.deficit_kwh
