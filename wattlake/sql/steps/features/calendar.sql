-- One row is one slot of the day that is forecast: its place in the calendar, and what each of the 56 days before weighs.
-- reads: issue = given
with slot as (
    select
        issue,
        slot,
        $first_hour + slot * 24 / $slots as hours,
        -- Slots after midnight are of the date after the day's.
        issue_day + if(hours >= 24, 1, 0) as slot_day,
        list_transform(range(-1, 2), lambda later: slot_day + cast(later as integer)) as around,
        list_transform(range(56), lambda number: slot_day - 56 + cast(number as integer)) as past
    from issue
    cross join range($slots) as slots (slot)
),

kind as (
    select
        issue,
        slot,
        hours,
        slot_day,
        list_transform(around, lambda day: isodow(day) >= 6 or list_contains($holidays, day)) as is_off_around,
        list_transform(past, lambda day: isodow(day) >= 6 or list_contains($holidays, day)) as was_off
    from slot
)

select
    issue,
    slot,
    hours % 24 as clock_hour,
    isodow(slot_day) - 1 as weekday,
    month(slot_day) as month,
    month(slot_day) % 12 // 3 as season_number,
    cast(is_off_around[2] as integer) as is_off,
    cast(is_off_around[1] as integer) as is_off_before,
    cast(is_off_around[3] as integer) as is_off_after,
    -- A working day says little of a day off, and the other way round.
    list_transform(was_off, lambda is_off: if(is_off = is_off_around[2], 1e0, 15e-2)) as likeness,
    list_transform(range(56), lambda number: power(0.5, (56 - number) / 5)) as fade_5d,
    list_transform(range(56), lambda number: likeness[number + 1] * fade_5d[number + 1]) as like_5d,
    list_transform(range(56), lambda number: likeness[number + 1] * power(0.5, (56 - number) / 21)) as like_21d
from kind
