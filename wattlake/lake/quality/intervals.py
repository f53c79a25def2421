"""Check that intervals of one owner, such as a meter, do not overlap."""

from wattlake.lake.models.intervals import crowded_hours
from wattlake.lake.quality.gates import Rows
from wattlake.lake.quality.results import CheckResult, failing_keys
from wattlake.lake.sql import Connection, scalar


def lengths_of(rows: Rows) -> str:
    """Write the query of the least and the greatest length of rows and the older ones."""
    both = " union all ".join(f"select period_minutes from {relation}" for relation in rows[:2] if relation)
    return f"select min(period_minutes) as least, max(period_minutes) as greatest from ({both})"


def result_of_intervals(
    connection: Connection, table: str, rows: Rows, seen: int, lengths: tuple[int | None, int | None]
) -> CheckResult:
    """Check that no written interval overlaps another, written or there before.

    On their grid equally long ones overlap only where they have one key, which is checked elsewhere: hours are looked
    at only where lengths differ.
    """
    hours, failing = "", 0
    if lengths[0] != lengths[1]:
        both = " union all by name ".join(f"from {relation}" for relation in rows[:2] if relation)
        hours = crowded_hours(table, f"({both})")
        failing = scalar(connection, f"select count(*) from ({hours})")
    keys = failing_keys(connection, hours) if failing else None
    return CheckResult("intervals do not overlap", table, "fail", seen, failing, keys, "uniqueness")
