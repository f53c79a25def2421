"""Land the days that meters have readings of and a source lacks, as a task."""

from datetime import date, datetime

from prefect import task

from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.tasks.landing.backfill import fill_days_of_readings
from wattlake.tasks.progress import is_passing, rows_and_seconds


@task(name="fill", task_run_name="fill {name}", retries=2, retry_delay_seconds=5, retry_condition_fn=is_passing)
def fill_source(name: str, from_day: date, to_day: date, now_utc: datetime, run_id: str) -> tuple[int, float]:
    """Land days outside ``[from_day, to_day]`` that only meters have; returns rows and seconds."""
    steps = fill_days_of_readings(Lake(Settings()), name, (from_day, to_day), now_utc, run_id)
    return rows_and_seconds(steps, f"fill {name}")
