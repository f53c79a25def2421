"""Check that intervals of one owner, such as a meter, do not overlap."""

from wattlake.lake.contracts import spec
from wattlake.lake.models.intervals import crowded_hours, has_other_lengths
from wattlake.lake.quality.results import CheckResult, failing_keys
from wattlake.lake.quality.written import Written
from wattlake.lake.sql import Connection, scalar


def check_intervals(connection: Connection, table: str, written: Written) -> list[CheckResult]:
    """Check that no written interval overlaps another, written or there before.

    Tables without intervals have no such check. On their grid equally long ones overlap only where they have one key,
    which is checked elsewhere: rows are compared only where the hours of the written ones hold different lengths.
    """
    if not spec(table).has_intervals:
        return []
    seen, low, high, first_utc, last_utc = connection.execute(
        f"""
        select
            count(*), min(period_minutes), max(period_minutes),
            date_trunc('hour', min(period_start_utc))::varchar, date_trunc('hour', max(period_start_utc))::varchar
        from {table} where {written.condition}
        """
    ).fetchall()[0]
    # Literal bounds let DuckLake skip the files of other times.
    near = (
        f"select * from {table} where period_start_utc >= timestamp '{first_utc}' "
        f"and period_start_utc < timestamp '{last_utc}' + interval 1 hour"
    )
    hours, failing = "", 0
    if None not in (low, first_utc) and (low < high or has_other_lengths(connection, near, low)):
        hours = crowded_hours(table, f"({near})")
        failing = scalar(connection, f"select count(*) from ({hours})")
    keys = failing_keys(connection, hours) if failing else None
    return [CheckResult("intervals do not overlap", table, "fail", seen, failing, keys, "uniqueness")]
