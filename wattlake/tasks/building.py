"""The steps of a build as plain functions: a command that calls them need not load Prefect."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from wattlake.lake import project
from wattlake.lake.build.run import build as build_lake
from wattlake.lake.models.graph import downstream
from wattlake.lake.store.lake import Lake
from wattlake.lake.streaming.batches import SOURCE
from wattlake.lake.streaming.following import FOLLOWED, REGISTER, follow, has_events
from wattlake.lake.streaming.readings import land_readings
from wattlake.lake.streaming.remaking import MADE
from wattlake.tasks import WrittenTable
from wattlake.tasks.producers import producers


@dataclass(frozen=True)
class Built:
    """The progress of a build, and the rows and seconds of its last transaction by table.

    ``done`` counts transactions; ``total`` adds one for each 30 days of gold that are known to be due.
    """

    done: int
    total: int
    rows: dict[str, int]
    seconds: dict[str, float]


def build(
    lake: Lake,
    run_id: str,
    now_utc: datetime,
    only: str | None = None,
    again: frozenset[date] = frozenset(),
    lost: frozenset[str] = frozenset(),
) -> Iterator[Built]:
    """Bring tables up to date, one transaction at a time.

    What streams brought follows the register first, and is landed as readings, as far as windows are closed. The
    arguments are those of ``wattlake.lake.build.run.build``.

    Yields:
        After each transaction, how far it came.

    Raises:
        GateError: what was built breaks a contract; that transaction left nothing behind.
        ProjectFileError: something of the project is wrong; nothing was begun.
    """
    if (project.PROJECT / "models").is_dir() or (project.PROJECT / "checks").is_dir():
        from wattlake.lake.project_check.check import expect_checked

        expect_checked()
    if only is None:
        if _has_streams(lake, lost):
            yield from build(lake, f"{run_id}/register", now_utc, REGISTER, lost=lost)
            follow(lake)
        land_readings(lake, run_id, now_utc=now_utc)
    for done, step in enumerate(build_lake(lake, producers(), run_id, now_utc, only, again, lost), 1):
        yield Built(done, done + (step.days_left + 29) // 30, dict(step.rows), dict(step.seconds))


def _has_streams(lake: Lake, lost: frozenset[str]) -> bool:
    """Say whether streams brought something, and nothing is lost that it is made from."""
    needed = {f"bronze.{SOURCE}", REGISTER, FOLLOWED, *MADE}
    return has_events(lake.reader()) and not needed & (lost | downstream(lost))


def written(steps: list[Built]) -> list[WrittenTable]:
    """Add up rows and seconds of all steps by table."""
    tables = dict.fromkeys(table for step in steps for table in step.rows)
    return [
        WrittenTable(
            table, sum(step.rows.get(table, 0) for step in steps), sum(step.seconds.get(table, 0.0) for step in steps)
        )
        for table in tables
    ]
