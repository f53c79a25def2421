"""Load one sink as a task."""

from datetime import datetime

from prefect import task

from wattlake.lake.settings import Settings
from wattlake.lake.sinks.described import read_sinks
from wattlake.lake.sinks.export import export
from wattlake.lake.store.lake import Lake
from wattlake.tasks.progress import show_progress


@task(name="export", task_run_name="export {name}")
def export_sink(name: str, run_id: str, now_utc: datetime) -> str:
    """Bring one sink up to date with the lake; says what was loaded."""
    (sink,) = read_sinks([name])  # Here, so that Prefect never sees what opens it.
    return str(export(Lake(Settings()), sink, run_id, now_utc, watch=show_progress))
