"""Contests: processes that do the very same thing at the same moment, of which only one may have an effect."""

from collections.abc import Callable
from datetime import timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path

from benchmarks.torture.processes import warm
from harness.lake_steps import METER_HEADER, NOW, day_of_readings, land, land_rows, written
from wattlake.lake.build.run import build
from wattlake.lake.market.settlement import settle
from wattlake.lake.settings import Settings
from wattlake.lake.store.lake import Lake
from wattlake.tasks.producers import producers

WAITS_SECONDS = 300
READINGS = [line for number in range(20) for line in day_of_readings("MAC1", (NOW - timedelta(days=number)).date())]

Contest = Callable[[Settings, Path, Barrier], None]


def at_once(contest: Contest, settings: Settings, folder: Path, processes: int) -> list[int | None]:
    """Let processes do the same at the same moment; gives their exit codes."""
    context = warm()
    together = context.Barrier(processes)
    running = [context.Process(target=contest, args=(settings, folder, together)) for _ in range(processes)]
    for process in running:
        process.start()
    for process in running:
        process.join(WAITS_SECONDS)
        process.kill()
        process.join()
    return [process.exitcode for process in running]


def make(settings: Settings, _: Path, together: Barrier) -> None:
    """Make the lake."""
    together.wait(WAITS_SECONDS)
    lake = Lake(settings)
    lake.create()
    lake.close()


def make_and_build(settings: Settings, _: Path, together: Barrier) -> None:
    """Make the lake and build it for the first time, all that is there."""
    lake = Lake(settings)
    together.wait(WAITS_SECONDS)
    lake.create()
    list(build(lake, producers(), "first", NOW))
    lake.close()


def build_what_is_new(settings: Settings, _: Path, together: Barrier) -> None:
    """Build what is new."""
    lake = Lake(settings)
    lake.reader().close()
    together.wait(WAITS_SECONDS)
    list(build(lake, producers(), "again", NOW))
    lake.close()


def settle_what_is_new(settings: Settings, _: Path, together: Barrier) -> None:
    """Settle what is new."""
    lake = Lake(settings)
    lake.reader().close()
    together.wait(WAITS_SECONDS)
    list(settle(lake, NOW, "at once"))
    lake.close()


def land_the_same_answer(settings: Settings, _: Path, together: Barrier) -> None:
    """Land the same five answers, one after the other."""
    lake = Lake(settings)
    lake.reader().close()
    for number in range(5):
        together.wait(WAITS_SECONDS)
        land_rows(lake, "energy_charts", f"https://same.test/{number}", [{"price": str(number)}])
    lake.close()


def land_the_same_file(settings: Settings, folder: Path, together: Barrier) -> None:
    """Land the same three files, one after the other."""
    lake = Lake(settings)
    lake.reader().close()
    for number in range(3):
        path = written(folder / str(together.n_waiting) / f"{number}.csv", METER_HEADER, READINGS[number:])
        together.wait(WAITS_SECONDS)
        land(lake, "smart_meters", path)
    lake.close()
