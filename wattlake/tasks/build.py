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
    """Bring every table up to date; gives table, rows and seconds of each that was written."""
    steps = build(Lake(Settings()), run_id, now_utc)
    return written(list(show_progress(steps, "build")))


@task(name="build register")
def build_register(run_id: str, now_utc: datetime) -> list[WrittenTable]:
    """Bring the community's register up to date, so that sources know its zones; gives what was written."""
    return written(list(build(Lake(Settings()), f"{run_id}/register", now_utc, only="gold.zone")))


@task(name="build readings")
def build_readings(run_id: str, now_utc: datetime) -> list[WrittenTable]:
    """Read new meter files into silver, so that one knows which days they have; gives what was written."""
    return written(list(build(Lake(Settings()), f"{run_id}/readings", now_utc, only="silver.meter_reading")))
