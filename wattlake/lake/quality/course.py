"""Check how new a table is, and whether its days have as much as such days have."""

from datetime import datetime, timedelta

from wattlake.lake.contracts import contracts, spec
from wattlake.lake.quality.results import CheckResult, failing_keys
from wattlake.lake.quality.written import Days, Written
from wattlake.lake.sql import Connection, scalar
from wattlake.lake.times import naive_utc, utc_day

WEEKS_BEFORE = 4
WEEKS_NEEDED = 3
LEAST, MOST = 0.5, 2.0
"""A day outside 0.5 to 2 times what its weekday had is worth a look."""


def check_freshness(
    connection: Connection, now_utc: datetime, without: frozenset[str] = frozenset()
) -> list[CheckResult]:
    """Check the age of the newest period of every table that should be kept up.

    Of an empty table nothing is said.

    Tables in ``without`` cannot be read.
    """
    results = []
    for table in [table for table in contracts() if table not in without]:
        days = spec(table).fresh_within_days
        if days is not None and scalar(connection, f"select count(*) from (select 1 from {table} limit 1)"):
            limit = naive_utc(now_utc - timedelta(days=days))
            is_fresh = f"select 1 from {table} where period_start_utc >= timestamp '{limit}' limit 1"
            failing = 1 - scalar(connection, f"select count(*) from ({is_fresh})")
            newest = f"select max(period_start_utc) as newest_period_start_utc from {table}"
            keys = failing_keys(connection, newest) if failing else None
            name = f"newest period is at most {days} days old"
            results.append(CheckResult(name, table, "warn", 1, failing, keys, "timeliness"))
    return results


def check_volume(connection: Connection, table: str, written: Written, now_utc: datetime) -> list[CheckResult]:
    """Check that each written day has about as much as its weekday in the weeks before.

    Days that are over are compared with the same weekday of the four weeks before.

    Days with fewer than three such days before them are not judged. A day between others that has nothing at all is.

    Args:
        connection: with the lake as its current database.
        table: the table; without a ``volume`` in its contract there is nothing to check.
        written: the rows that were written.
        now_utc: the present.
    """
    if not spec(table).volume:
        return []
    ends = f"select min(period_start_utc)::date, max(period_start_utc)::date from {table} where {written.condition}"
    first, last = connection.execute(ends).fetchall()[0]
    if first is None:
        return []
    begin = first - timedelta(weeks=WEEKS_BEFORE)
    every_day = f"unnest(generate_series(timestamp '{first}', timestamp '{last}', interval 1 day)) as period_start_utc"
    # A day of which nothing was written is judged, too, where days were written.
    days_written = f"(select {every_day})" if isinstance(written, Days) else table
    over = utc_day(now_utc)
    judged = f"""
        with counted as (
            select period_start_utc::date as day, {spec(table).volume} as counted
            from {table}
            where period_start_utc >= date '{begin}' and period_start_utc < date '{last}' + 1
            group by all
        ),
        written as (
            select distinct period_start_utc::date as day, unnest(range(1, {WEEKS_BEFORE + 1})) as weeks_before
            from {days_written} where ({written.condition}) and period_start_utc < date '{over}'
        )
        select written.day, coalesce(any_value(own.counted), 0) as counted, median(before.counted) as expected
        from written
        inner join counted as before on before.day = written.day - (7 * weeks_before)::integer
        left join counted as own on own.day = written.day
        group by written.day having count(*) >= {WEEKS_NEEDED}
    """
    unusual = f"counted not between {LEAST} * expected and {MOST} * expected"
    ((seen, failing),) = connection.execute(
        f"select count(*), count(*) filter (where {unusual}) from ({judged})"
    ).fetchall()
    keys = failing_keys(connection, f"select * from ({judged}) where {unusual} order by day") if failing else None
    name = "a day has as much as its weekday in the weeks before"
    return [CheckResult(name, table, "warn", seen, failing, keys, "completeness")]
