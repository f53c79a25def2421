-- One row is one member's claim in one slot where everyone sells or buys in proportion to what is left over or lacks.
-- reads: position, slot
select
    position.period_start_utc,
    position.member_id,
    position.zone,
    position.surplus_wh > 0 as is_seller,
    position.surplus_wh + position.deficit_wh as most_wh,
    most_wh as weight,
    slot.tradable_wh as shared_wh
from position
inner join slot on position.period_start_utc = slot.period_start_utc
where slot.tradable_wh > 0 and position.surplus_wh <> position.deficit_wh
