"""Keep house: fewer files, no snapshots past their time."""

from datetime import datetime

from prefect import task

from wattlake.lake.maintenance.housekeeping import Maintained, keep_house, present
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.tasks.progress import show_progress


@task(name="maintain")
def maintain_lake(now_utc: datetime) -> str:
    """Merge and rewrite files, expire old snapshots, remove what only they needed; says what was done."""
    lake = Lake(Settings())
    return str(Maintained.of(list(show_progress(keep_house(lake, present(lake, now_utc)), "maintain"))))
