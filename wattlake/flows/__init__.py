"""When, and in what order: the flows that Prefect runs. Only they and the command line read the clock."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from prefect.artifacts import create_table_artifact
from prefect.logging.handlers import APILogHandler

from wattlake.lake.runs.record import Format, Run, configure_logging, recorded
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake


@contextmanager
def recorded_run(name: str) -> Iterator[Run]:
    """Run a flow's body: one row in ``ops.run``, a log, and a table artifact of what was written."""
    settings = Settings()
    configure_logging(settings.log_format)
    with _logged_to_prefect(), recorded(Lake(settings), name, lambda: datetime.now(UTC)) as run:
        try:
            yield run
        finally:
            written = [
                {"table": table, "rows": rows, "seconds": round(run.seconds[table], 2)}
                for table, rows in run.rows.items()
            ]
            create_table_artifact(written, key=f"wattlake-{name}", description=f"What run {run.run_id} wrote")


@contextmanager
def _logged_to_prefect() -> Iterator[None]:
    """Let the log reach Prefect's record of the run, too, line by line as it stands on standard error."""
    to_prefect = APILogHandler()
    to_prefect.setFormatter(Format(as_json=False))
    logger = logging.getLogger("wattlake")
    logger.addHandler(to_prefect)
    try:
        yield
    finally:
        logger.removeHandler(to_prefect)
