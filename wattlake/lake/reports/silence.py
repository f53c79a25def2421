"""Find sources that fell silent.

They have given nothing for twice the time that used to lie between their landings.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from wattlake.lake.contracts import contracts, source_of, spec
from wattlake.lake.sql import Connection, quoted
from wattlake.lake.times import naive_utc

DAYS_NEEDED = 4
"""A source must have given something on so many days for its rhythm to be known."""
RHYTHMS = 2

GIVEN = """
    with day_of_landing as (
        select distinct source, cast(fetched_at_utc as date) as given_on
        from ops.landing where rows > 0 and source in ({sources})
    ),

    step as (
        select
            source, given_on, date_diff('day', lag(given_on) over (partition by source order by given_on), given_on)
                as days
        from day_of_landing
    )

    select source, median(days) as rhythm_days, max(given_on) as last_given_on
    from step group by source having count(*) >= {days_needed} order by source
"""
NEWEST = """
    select landing.fetched_at_utc, run.started_at_utc
    from ops.landing as landing left join ops.run as run using (run_id)
    order by landing.fetched_at_utc desc, run.started_at_utc desc nulls last limit 1
"""


def silent_sources(connection: Connection, now_utc: datetime | None) -> Iterator[str]:
    """Tell which sources of periods gave nothing for twice their rhythm, a sentence each.

    A rhythm is the median of the days between those on which a source gave rows, one at least. The register and
    PVGIS have none: they give what does not pass.

    Args:
        connection: with the lake as its current database.
        now_utc: the present; by default the newest landing. Where landings were given another time than that of their
            run, as in the demonstration, the present is moved by as much.

    Yields:
        A sentence with what to do, in the order of the sources.
    """
    listed = ", ".join(quoted(name) for name in _sources_of_periods())
    newest = connection.execute(NEWEST).fetchone()
    if newest is None:
        return
    fetched_at_utc, started_at_utc = newest
    present = _present(fetched_at_utc, started_at_utc, now_utc)
    for source, rhythm_days, last in connection.execute(
        GIVEN.format(sources=listed, days_needed=DAYS_NEEDED)
    ).fetchall():
        days = (present.date() - last).days
        if days > RHYTHMS * rhythm_days:
            yield (
                f"{source} has given nothing for {days:,} days, since {last}; before, it gave something every "
                f"{rhythm_days:g} days. Run `wattlake ingest {source}`, and see what it says."
            )


def _sources_of_periods() -> set[str]:
    """Find the sources whose rows are of ever new periods.

    Their tables are partitioned by periods.
    """
    return {source_of(name) for name in contracts() if name.startswith("silver.") and spec(name).partitioned_by}


def _present(fetched_at_utc: datetime, started_at_utc: datetime | None, now_utc: datetime | None) -> datetime:
    """Give the present on the clock of the landings."""
    if now_utc is None or started_at_utc is None:
        return fetched_at_utc
    passed = naive_utc(now_utc) - started_at_utc
    return fetched_at_utc + max(passed, timedelta())
