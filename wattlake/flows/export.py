"""Load the sinks: tables of the lake in other people's databases and folders."""

from datetime import UTC, datetime
from typing import Literal

from prefect import flow

from wattlake.flows import recorded_run
from wattlake.lake.settings import Settings
from wattlake.lake.sinks.described import has_sinks, read_sinks
from wattlake.lake.sinks.due import due
from wattlake.lake.sinks.export import export_each
from wattlake.lake.store.lake import Lake
from wattlake.tasks.export import export_sink


@flow(name="export")
def export(
    sinks: list[str] | None = None, occasion: Literal["build", "clock"] = "build", now_utc: datetime | None = None
) -> str:
    """Load the sinks that are due; says what was loaded.

    A sink that fails stops no other, but fails the run.

    Args:
        sinks: which ones, due or not; by default those that are due.
        occasion: whether something was built, or time has passed.
        now_utc: the present; the clock's by default.
    """
    now_utc = now_utc or datetime.now(UTC)
    if not has_sinks():
        return "There is no sink."
    described = read_sinks(sinks)
    wanted = described if sinks else due(Lake(Settings(), read_only=True).reader(), described, occasion, now_utc)
    if not wanted:
        return "No sink is due."
    with recorded_run("export") as run:
        sentences: list[str] = []
        export_each(wanted, lambda sink: sentences.append(export_sink(sink.name, run.run_id, now_utc)))
        run.message = " ".join(sentences)
        return run.message
