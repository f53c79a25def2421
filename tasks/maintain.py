"""Keep house: fewer files, no snapshots past their time."""

from datetime import datetime

from prefect import task

from lake import maintenance
from lake.catalog import Lake
from lake.settings import Settings


@task(name="maintain")
def maintain_lake(now_utc: datetime) -> str:
    """Merge small files, expire old snapshots, remove what only they needed; says what was done."""
    return str(maintenance.maintain(Lake(Settings()), now_utc))
