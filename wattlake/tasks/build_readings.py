"""Read new meter files into silver as a task."""

from datetime import datetime

from prefect import task

from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.tasks import WrittenTable
from wattlake.tasks.building import build, written


@task(name="build readings")
def build_readings(run_id: str, now_utc: datetime) -> list[WrittenTable]:
    """Read new meter files into silver, so that one knows which days they have."""
    return written(list(build(Lake(Settings()), f"{run_id}/readings", now_utc, only="silver.meter_reading")))
