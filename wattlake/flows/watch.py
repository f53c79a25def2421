"""Land what appears in inboxes, for as long as the run lasts."""

from datetime import UTC, datetime

from prefect import flow

from wattlake.lake.runs.record import configure_logging
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.tasks.landing.stopping import stopped_by_signals
from wattlake.tasks.landing.watching import LOOK_SECONDS, QUIET_SECONDS
from wattlake.tasks.landing.watching import watch as watch_inboxes


@flow(name="watch")
def watch(
    sources: list[str] | None = None,
    look_seconds: float = LOOK_SECONDS,
    quiet_seconds: float = QUIET_SECONDS,
    for_seconds: float | None = None,
) -> int:
    """Land what appears in inboxes and build when it is quiet, until cancelled; gives rows.

    Each landing and each build is a run of its own in ``ops.run``.

    Args:
        sources: whose inboxes; all that have one by default.
        look_seconds: from one look to the next.
        quiet_seconds: how long nothing must have come before a build.
        for_seconds: how long to watch; until the run is cancelled by default.
    """
    settings = Settings()
    configure_logging(settings.log_format)
    with stopped_by_signals(for_seconds) as stopped:
        happened = watch_inboxes(
            Lake(settings), sources or [], lambda: datetime.now(UTC), stopped,
            look_seconds=look_seconds, quiet_seconds=quiet_seconds,
        )  # fmt: skip
        return sum(each.rows for each in happened if each.table.startswith("bronze."))
