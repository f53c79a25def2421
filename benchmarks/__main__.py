"""``make bench``: measure, part by part, and write the report.

Each part's result is written as soon as it is there, so that a later part's failure loses nothing.
"""

import shutil
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.backup import measure_backup
from benchmarks.bench import Bench
from benchmarks.dashboard import measure_dashboard
from benchmarks.databases import measure_databases
from benchmarks.export import measure_export
from benchmarks.fleet import measure_fleet
from benchmarks.forecast import measure_forecast
from benchmarks.formats import measure_formats
from benchmarks.growth import measure_growth
from benchmarks.london import measure_london
from benchmarks.machine import machine, versions
from benchmarks.market import measure_market
from benchmarks.measure import StepFailedError, use_two_cores
from benchmarks.peer import measure_peer
from benchmarks.report import PARTS, write_report
from benchmarks.results import Result
from benchmarks.stream import measure_stream
from benchmarks.stream_growth import measure_stream_growth
from benchmarks.stream_soak import measure_stream_soak
from benchmarks.stream_viewers import measure_stream_viewers
from wattlake.app.render import complain, say
from wattlake.lake.settings import PROJECT

MEASURES: dict[str, Callable[[Bench, Result], None]] = {
    "london": measure_london,
    "peer": measure_peer,
    "growth": measure_growth,
    "market": measure_market,
    "forecast": measure_forecast,
    "dashboard": measure_dashboard,
    "fleet": measure_fleet,
    "formats": measure_formats,
    "databases": measure_databases,
    "stream_growth": measure_stream_growth,
    "backup": measure_backup,
    "export": measure_export,
    "stream": measure_stream,
    "stream_soak": measure_stream_soak,
    "stream_viewers": measure_stream_viewers,
}
LARGEST_SCALE = {"peer": 0.1, "growth": 0.1}
DISK_GB = {
    "london": 35,
    "peer": 60,
    "growth": 60,
    "market": 30,
    "forecast": 30,
    "dashboard": 70,
    "fleet": 12,
    "formats": 12,
    "databases": 2,
    "stream_growth": 1,
    "backup": 60,
    "export": 12,
    "stream": 8,
    "stream_soak": 8,
    "stream_viewers": 2,
}
"""Disk that a part takes at scale 1, with room."""

cli = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@cli.command()
def bench(
    parts: Annotated[
        list[str] | None,
        typer.Argument(help=f"{', '.join(PARTS)}; all by default."),
    ] = None,
    scale: Annotated[float, typer.Option(min=0.001, max=1, help="1 is the size of the London set.")] = 1.0,
    full: Annotated[bool, typer.Option("--full", help="Peer and growth at --scale too, not at 0.1 at most.")] = False,
    soak_minutes: Annotated[float, typer.Option(min=1, help="Minutes of the stream's soak at scale 1.")] = 120,
    work: Annotated[Path | None, typer.Option(help="Folder to work in; by default in the system's for such.")] = None,
    keep: Annotated[bool, typer.Option("--keep", help="Leave what was made in the work folder.")] = False,
    results: Annotated[Path, typer.Option(help="Folder for the JSON.")] = PROJECT / "benchmarks" / "results",
    report: Annotated[Path, typer.Option(help="The report.")] = PROJECT / "docs" / "benchmarks.md",
) -> None:
    """Measure what Wattlake costs: wall time, memory and bytes, beside DuckDB alone and PySpark.

    London at scale 1 takes about 35 GB of disk, the market and forecasts about 30, the fleet about 12; peer and growth
    at 0.1 about 6 GB. Nothing else should be running.
    """
    failed = False
    for part in parts or list(PARTS):
        if part not in MEASURES:
            raise typer.BadParameter(f"There is no part `{part}`. The parts are: {', '.join(PARTS)}.")
        of_part = scale if full else min(scale, LARGEST_SCALE.get(part, 1.0))
        if work:
            work.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f"wattlake-bench-{part}-", dir=work))
        say(f"{part}, scale {of_part:g}, in {folder}")
        try:
            measure(part, Bench(folder, of_part, soak_minutes), results)
        except StepFailedError as error:
            complain(f"{part}: {error}")
            failed = True
        finally:
            if not keep:
                shutil.rmtree(folder, ignore_errors=True)
        write_report(results, report)
    say(f"The report is {report}.")
    if failed:
        sys.exit(2)


def measure(part: str, bench: Bench, results: Path) -> None:
    """Measure one part and write its result.

    Raises:
        StepFailedError: a step ended with an error, or there is not enough disk.
    """
    expect_disk(bench.work, DISK_GB[part] * bench.scale + 1)
    started_at_utc = datetime.now(UTC)
    result = Result(part, bench.scale, f"{started_at_utc:%Y-%m-%d %H:%M} UTC", machine(use_two_cores()), versions())
    MEASURES[part](bench, result)
    result.write(results)
    for target in result.targets:
        say(f"  {target}")


def expect_disk(folder: Path, wanted_gb: float) -> None:
    """Refuse a folder without enough room.

    Raises:
        StepFailedError: what is free, what is needed, what to do.
    """
    free_gb = shutil.disk_usage(folder).free / 1e9
    if free_gb < wanted_gb:
        raise StepFailedError(
            f"{folder.parent} has {free_gb:.0f} GB free, but {wanted_gb:.0f} GB are needed. Choose another folder with "
            "--work, or a smaller --scale."
        )


if __name__ == "__main__":
    cli()
