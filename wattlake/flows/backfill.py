"""Fill gaps of the past."""

from datetime import UTC, date, datetime, timedelta

from prefect import flow

from wattlake.flows import recorded_run
from wattlake.lake.times import utc_day
from wattlake.tasks.backfill import backfill_source
from wattlake.tasks.landing.backfill import CHUNK_DAYS
from wattlake.tasks.landing.failures import PartlyLandedError
from wattlake.tasks.sources import source as source_of


@flow(name="backfill")
def backfill(
    source: str,
    from_day: date,
    to_day: date | None = None,
    chunk_days: int = CHUNK_DAYS,
    again: bool = False,
    now_utc: datetime | None = None,
) -> int:
    """Land the past days of an API that are missing; gives the rows landed.

    Args:
        source: the API.
        from_day: first UTC day.
        to_day: last UTC day; yesterday by default.
        chunk_days: how many days to ask for at once, at most.
        again: ask for every day, whatever was answered before.
        now_utc: the present; the clock's by default.
    """
    now_utc = now_utc or datetime.now(UTC)
    last = to_day or utc_day(now_utc) - timedelta(days=1)
    table = source_of(source).table
    with recorded_run("backfill") as run:
        try:
            landed = backfill_source(source, from_day, last, now_utc, run.run_id, chunk_days, again)
        except PartlyLandedError as error:
            run.wrote(table, error.rows, error.seconds)
            raise
        run.wrote(table, *landed)
        return run.total("bronze.")
