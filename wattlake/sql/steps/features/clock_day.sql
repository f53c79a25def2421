-- One row is one series' slot of the clock: what it brought on the 56 days before the issue, the oldest first.
-- reads: scaled
select
    issue,
    series,
    known_56d_utc,
    unnest(range($slots)) as slot,
    unnest(
        list_transform(
            range(1, $slots + 1), lambda slot: list_transform(range(56), lambda day: readings[day * $slots + slot])
        )
    ) as readings
from scaled
