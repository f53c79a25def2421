"""The steps from somebody's database to somebody's warehouse, each in a process that may be killed on its way."""

import os
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from benchmarks.torture.points import Point, arm
from benchmarks.torture.processes import await_end, start, warm
from tests.support.project_folder import forget
from wattlake.lake import project
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake

NOW = datetime(2026, 3, 1, tzinfo=UTC)
WITHIN_SECONDS = 240


def in_a_process(
    settings: Settings, folder: Path, environment: Mapping[str, str], step: str, point: Point | None
) -> int:
    """Do a step in a process of its own, which dies at a point; its exit code."""
    process = warm().Process(target=_do, args=(settings, folder, dict(environment), step, point))
    start(process)
    code = await_end(process, WITHIN_SECONDS)
    if code is None:
        process.kill()
        raise TimeoutError(f"{step} hung for {WITHIN_SECONDS} s")
    return code


def _do(settings: Settings, folder: Path, environment: dict[str, str], step: str, point: Point | None) -> None:
    os.environ.update(environment)
    project.PROJECT = folder
    forget()  # The server from which it was forked has read the models of no project.
    from harness.lake_steps import build_all
    from wattlake.lake.sinks.described import read_sinks
    from wattlake.lake.sinks.export import export
    from wattlake.tasks.landing.land import land

    lake = Lake(settings)
    lake.create()
    if point:
        arm(point)
    if step.startswith("ingest "):
        list(land(lake, step.removeprefix("ingest "), date(2026, 3, 1), date(2026, 3, 1), NOW, "run"))
    elif step == "build":
        build_all(lake, "build")
    else:
        export(lake, read_sinks([step])[0], "run", NOW)
