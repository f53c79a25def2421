"""Land the missing days of a source as a task."""

from datetime import date, datetime

from prefect import task

from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.tasks.landing.backfill import backfill
from wattlake.tasks.progress import is_passing, rows_and_seconds


@task(name="backfill", task_run_name="backfill {name}", retries=2, retry_delay_seconds=5, retry_condition_fn=is_passing)
def backfill_source(
    name: str, from_day: date, to_day: date, now_utc: datetime, run_id: str, chunk_days: int, again: bool
) -> tuple[int, float]:
    """Land the days of a source that are missing; returns rows and seconds."""
    steps = backfill(Lake(Settings()), name, from_day, to_day, now_utc, run_id, chunk_days, again)
    return rows_and_seconds(steps, f"backfill {name}")
