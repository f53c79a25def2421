"""Take a stream's messages into the lake, for as long as the run lasts."""

from datetime import UTC, datetime

from prefect import flow

from wattlake.lake.runs.record import configure_logging
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.tasks.landing.stopping import stopped_by_signals
from wattlake.tasks.streaming.running import run_stream


@flow(name="stream")
def stream(for_seconds: float | None = None) -> int:
    """Take a stream's messages into the lake until the run is cancelled; gives messages.

    It goes on where the lake stands, and each batch is one commit.

    Args:
        for_seconds: how long to read; until the run is cancelled by default.
    """
    settings = Settings()
    configure_logging(settings.log_format)
    with stopped_by_signals(for_seconds) as stopped:
        steps = run_stream(Lake(settings), lambda: datetime.now(UTC), stopped)
        return sum(step.committed.messages for step in steps if step.committed)
