"""Keep house."""

from datetime import UTC, datetime

from prefect import flow

from wattlake.flows import recorded_run
from wattlake.tasks.maintain import maintain_lake


@flow(name="maintain")
def maintain(now_utc: datetime | None = None) -> str:
    """Merge small files, expire snapshots past their time and remove what only they needed; says what was done.

    Args:
        now_utc: the present; the clock's by default.
    """
    with recorded_run("maintain") as run:
        run.message = maintain_lake(now_utc or datetime.now(UTC))
        return run.message
