"""Build the community's register as a task."""

from datetime import datetime

from prefect import task

from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.tasks import WrittenTable
from wattlake.tasks.building import build, written


@task(name="build register")
def build_register(run_id: str, now_utc: datetime) -> list[WrittenTable]:
    """Bring the community's register up to date, so that sources know its zones."""
    return written(list(build(Lake(Settings()), f"{run_id}/register", now_utc, only="gold.zone")))
