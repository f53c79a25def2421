"""Build silver, gold and the warehouse."""

from datetime import UTC, datetime

from prefect import flow

from wattlake.flows import recorded_run
from wattlake.flows.quality import show_quality
from wattlake.lake.runs.record import Run
from wattlake.tasks.build import build_lake


@flow(name="build")
def build(now_utc: datetime | None = None) -> int:
    """Bring silver, gold and the warehouse up to date with what was landed; gives the rows written.

    Args:
        now_utc: the present; the clock's by default.
    """
    with recorded_run("build") as run:
        build_all(run, now_utc or datetime.now(UTC))
        return run.total("silver.", "gold.")


def build_all(run: Run, now_utc: datetime) -> None:
    """Build, count what was written, and show what the checks said of it, also where they rolled it back."""
    try:
        for written in build_lake(run.run_id, now_utc):
            run.wrote(*written)
    finally:
        show_quality(now_utc)
