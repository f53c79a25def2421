"""Build silver, gold and the warehouse from what was landed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from prefect import task

from lake import build as building
from lake.catalog import Lake
from lake.settings import Settings
from tasks.producers import producers
from tasks.progress import show_progress


@dataclass(frozen=True)
class Built:
    """How far a build has come: days of gold done of those known to be due, and what the last transaction wrote."""

    done: int
    total: int
    rows: dict[str, int]
    seconds: dict[str, float]


@task(name="build")
def build_lake(run_id: str, now_utc: datetime) -> list[tuple[str, int, float]]:
    """Bring every table up to date; gives table, rows and seconds of each that was written."""
    steps = build(Lake(Settings()), run_id, now_utc)
    return written(list(show_progress(steps, "build")))


@task(name="build register")
def build_register(run_id: str, now_utc: datetime) -> list[tuple[str, int, float]]:
    """Bring the community's register up to date, so that sources know its zones; gives what was written."""
    return written(list(build(Lake(Settings()), f"{run_id}/register", now_utc, only="gold.zone")))


def build(
    lake: Lake, run_id: str, now_utc: datetime, only: str | None = None, again: frozenset[date] = frozenset()
) -> Iterator[Built]:
    """Bring tables up to date, one transaction at a time; the arguments are those of ``lake.build.build``.

    Yields:
        After each transaction, how far it came.

    Raises:
        GateError: what was built breaks a contract; that transaction left nothing behind.
    """
    for done, step in enumerate(building.build(lake, producers(), run_id, now_utc, only, again), 1):
        yield Built(done, done + (step.days_left + 29) // 30, dict(step.rows), dict(step.seconds))


def written(steps: list[Built]) -> list[tuple[str, int, float]]:
    """Rows and seconds of all steps together, by table."""
    tables = dict.fromkeys(table for step in steps for table in step.rows)
    return [
        (table, sum(step.rows.get(table, 0) for step in steps), sum(step.seconds.get(table, 0.0) for step in steps))
        for table in tables
    ]
