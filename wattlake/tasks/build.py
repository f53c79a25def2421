"""Build silver, gold and the warehouse from what was landed."""

from datetime import datetime

from prefect import task

from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.tasks import WrittenTable
from wattlake.tasks.building import build, written
from wattlake.tasks.progress import show_progress


@task(name="build")
def build_lake(run_id: str, now_utc: datetime) -> list[WrittenTable]:
    """Bring every table up to date; returns what was written of each."""
    steps = build(Lake(Settings()), run_id, now_utc)
    return written(list(show_progress(steps, "build")))
