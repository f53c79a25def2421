-- One row is one series' slot of the clock: what it brought on the 56 days before the issue, the oldest first.
select
    issue,
    series,
    known_56d_utc,
    unnest(range($slots)) as slot,
    unnest(list_transform(range($slots), lambda slot: list_slice(readings, slot + 1, 56 * $slots, $slots))) as readings
from scaled
