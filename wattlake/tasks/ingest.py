"""Land one source as a task."""

from datetime import date, datetime

from prefect import task

from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.tasks.landing.land import land
from wattlake.tasks.progress import is_passing, rows_and_seconds


@task(name="land source", task_run_name="land {name}", retries=2, retry_delay_seconds=5, retry_condition_fn=is_passing)
def land_source(name: str, from_day: date, to_day: date, now_utc: datetime, run_id: str) -> tuple[int, float]:
    """Land what a source has for some days; returns rows and seconds."""
    steps = land(Lake(Settings()), name, from_day, to_day, now_utc, run_id)
    return rows_and_seconds(steps, f"land {name}")
