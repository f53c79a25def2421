"""The lake that a command reads, or writes to within a run that is recorded."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from wattlake.lake.runs.record import Run, configure_logging, recorded
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.lake.store.snapshots import as_of


@contextmanager
def recorded_command(name: str) -> Iterator[tuple[Lake, Run]]:
    """The lake, made where there is none, and a run that leaves its row in ``ops.run``."""
    settings = Settings()
    configure_logging(settings.log_format)
    lake = Lake(settings)
    with recorded(lake, name, lambda: datetime.now(UTC)) as run:
        yield lake, run


def lake_as_of(given: str | None, is_little: bool = False) -> Lake:
    """The lake to read, as it is or as of the snapshot or time of ``--as-of``.

    Args:
        given: the snapshot or time; the present where there is none.
        is_little: whether little of it is read, which one thread does.

    Raises:
        AsOfError: what is given is neither a snapshot nor a time.
    """
    settings = of_one_thread(Settings()) if is_little else Settings()
    return Lake(settings, read_only=True, as_of=as_of(given) if given else None)


def of_one_thread(settings: Settings) -> Settings:
    """The settings with one thread of DuckDB, unless they say how many.

    Of two that wait for one another's few rows, `status` took 1.29 s of processor time; alone, one takes 0.99.
    """
    return settings.model_copy(update={"threads": settings.threads or 1})
