"""When, and in what order: the flows that Prefect runs. Only they and the command line read the clock."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from prefect.artifacts import create_table_artifact

from lake.catalog import Lake
from lake.runs import Run, configure_logging, recorded
from lake.settings import Settings


@contextmanager
def recorded_run(name: str) -> Iterator[Run]:
    """Run a flow's body: one row in ``ops.run``, a log, and a table artifact of what was written."""
    settings = Settings()
    configure_logging(settings.log_format)
    with recorded(Lake(settings), name, lambda: datetime.now(UTC)) as run:
        try:
            yield run
        finally:
            written = [
                {"table": table, "rows": rows, "seconds": round(run.seconds[table], 2)}
                for table, rows in run.rows.items()
            ]
            create_table_artifact(written, key=f"wattlake-{name}", description=f"What run {run.run_id} wrote")
